# forkbench. `make help` lists what can be made; everything lands in build/.

VERSION := 0.1.0
SANITIZE ?=
comma := ,
BUILD := build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
ifneq ($(words $(BUILD)),1)
$(error BUILD='$(BUILD)': make takes no blank in a path; give another)
endif

CC ?= cc
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wvla $(if $(CI),-Werror)
ALL_CFLAGS := -std=c11 $(WARNINGS) $(CFLAGS) $(SANITIZE:%=-fsanitize=%)
ALL_CPPFLAGS := -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -I. -I$(BUILD) $(CPPFLAGS)
ALL_LDFLAGS := $(LDFLAGS) $(SANITIZE:%=-fsanitize=%)
# libc only, and code and constants in one segment: fewer mappings for fork to
# copy, and for a child's exit to take away again.
STATIC := $(if $(SANITIZE),,-static -Wl,-z,noseparate-code)
# Every object depends on a file with these two lines: see below.
COMPILER := $(CC): $(shell $(CC) --version | head -n 1)
FLAGS := $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(STATIC)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2);)

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c))
LIB := $(BUILD)/libforkbench.a
# Of lib/, this alone needs zlib: not the server and the client.
HDR := $(BUILD)/lib/hdr.o
BENCH := $(foreach folder,bench bench/study bench/measure bench/judge bench/tell bench/command,$(call objects,$(folder)))
PROGRAMS := $(addprefix $(BUILD)/bin/,echod echoc loadgen forkbench least primitive primitive-dynamic)

.PHONY: FORCE all server client ready bench doctor resume report plots compare view readme-pictures rivals list install uninstall dist test tested soak check-honesty lint format clean help
.DELETE_ON_ERROR:

all: $(PROGRAMS)

# --- programs ---------------------------------------------------------------

server: $(BUILD)/bin/echod
client: $(BUILD)/bin/echoc

$(BUILD)/bin/echod: private LINK_FLAGS := $(STATIC)
$(BUILD)/bin/echod: $(call objects,server) $(call objects,server/reap) $(LIB)
$(BUILD)/bin/echoc: $(call objects,client) $(LIB)
$(BUILD)/bin/loadgen: private LINK_LIBS := -levent_core -ljansson -lz
$(BUILD)/bin/loadgen: $(call objects,loadgen) $(HDR) $(LIB)
$(BUILD)/bin/forkbench: private LINK_LIBS := -ljansson -lz
$(BUILD)/bin/forkbench: $(BENCH) $(HDR) $(LIB)

$(BUILD)/bin/least: private LINK_FLAGS := $(STATIC)
$(BUILD)/bin/least: $(call objects,bench/least)

$(BUILD)/bin/primitive: private LINK_FLAGS := $(STATIC)
$(BUILD)/bin/primitive $(BUILD)/bin/primitive-dynamic: $(call objects,bench/primitive)

$(PROGRAMS):
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) $(LINK_FLAGS) -o $@ $^ $(LINK_LIBS) -lm

$(LIB): $(filter-out $(HDR),$(call objects,lib))
$(LIB) $(BUILD)/libtested.a:
	$(call say,AR,$@)rm -f $@ && $(AR) qcs $@ $^

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# --- tests ------------------------------------------------------------------

UNITS := $(patsubst tests/unit/test_%.c,$(BUILD)/tests/unit/test_%,\
	$(wildcard tests/unit/test_*.c))
PEERS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/peers/*.c))
# What units may test: all of bench and loadgen but their entries, and what of
# server and client needs no command line.
# The linker takes from the archive what a test needs.
TESTED := $(BUILD)/libtested.a
$(TESTED): $(HDR) $(filter-out %/main.o,$(BENCH)) \
	$(filter-out %/main.o,$(call objects,loadgen)) \
	$(filter-out %/main.o %/options.o %/start.o,$(call objects,server)) \
	$(addprefix $(BUILD)/client/,dial.o track.o wait.o) \
	$(call objects,server/reap) \
	$(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))

$(UNITS): $(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(TESTED) $(LIB)
	$(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -levent_core -ljansson -lz -lm

$(PEERS): $(BUILD)/%: $(BUILD)/%.o $(TESTED) $(LIB)
	$(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) -o $@ $^ -ljansson -lz -lm

HONESTY := $(BUILD)/tests/honesty/honesty
$(HONESTY): $(call objects,tests/honesty) $(TESTED) $(LIB)
	$(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) -o $@ $^ -ljansson -lm

tested: all $(UNITS) $(PEERS) $(HONESTY)

test:
	@BUILD=$(BUILD) scripts/setup.sh test
	@+$(MAKE) --no-print-directory -j$$(nproc) tested >&2
	@BUILD=$(BUILD) tests/run.sh

soak: all
	@modes=$${MODES:-sig-ign waitpid-loop}; \
	[ "$$modes" != all ] || modes=$$(sed -n 's/^\tX([^"]*"\(.*\)".*/\1/p' server/reap/reap.h); \
	failed=; IFS=", $$(printf '\n\t')"; for mode in $$modes; do \
		BUILD=$(BUILD) tests/soak.sh "$$mode" "$${SESSIONS:-1000000}" || failed="$$failed $$mode"; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

check-honesty:
	@BUILD=$(BUILD) scripts/setup.sh test
	@+$(MAKE) --no-print-directory -j$$(nproc) tested >&2
	@$(HONESTY) $(BUILD)

# --- benchmark --------------------------------------------------------------

# What a user gives is data: make expands nothing in it, and the shell takes it
# from its environment.
RUN ?= results/latest
PREFIX ?= /usr/local
GIVEN := PROFILE MODES EXPERIMENTS WITH SERVER LEVELS SESSIONS WARM CONCURRENCY \
	CLOSE ROUNDS SEED PLACEMENT BUDGET OUT RUN A B FAIL_ON PREFIX DESTDIR
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)
option = $${$(2):+--$(1) "$$$(2)"}
RUN_OPTIONS := $(call option,profile,PROFILE) $(call option,modes,MODES) \
	$(call option,experiments,EXPERIMENTS) $(call option,with,WITH) \
	$(call option,server,SERVER) $(call option,levels,LEVELS) \
	$(call option,sessions,SESSIONS) $(call option,warm,WARM) \
	$(call option,concurrency,CONCURRENCY) $(call option,close,CLOSE) \
	$(call option,rounds,ROUNDS) $(call option,seed,SEED) \
	$(call option,placement,PLACEMENT) $(call option,budget,BUDGET) \
	$(call option,out,OUT)

# What every command of forkbench needs first.
ready:
	@scripts/setup.sh bench
	@+$(MAKE) --no-print-directory -j$$(nproc) all >&2

FORKBENCH := $(BUILD)/bin/forkbench

bench: ready
	@$(FORKBENCH) run $(RUN_OPTIONS)

doctor: ready
	@$(FORKBENCH) doctor $(RUN_OPTIONS)

resume: ready
	@$(FORKBENCH) resume -- "$$RUN"

report plots: ready
	@$(FORKBENCH) report -- "$$RUN"

view:
	@scripts/view.sh "$$RUN"

readme-pictures:
	@scripts/readme.sh "$$RUN"

compare: ready
	@$(FORKBENCH) compare $(call option,fail-on,FAIL_ON) -- "$$A" "$$B"

rivals: override EXPERIMENTS := servers
rivals: bench

list: ready
	@$(FORKBENCH) list

# --- installing -------------------------------------------------------------

# The programs stand together, so that each finds the others; users get links.
COMMANDS := forkbench echod echoc loadgen

install: all
	@umask 022 && at="$$DESTDIR$$PREFIX" && share="$$at/share" && \
	mkdir -p "$$at/bin" "$$at/lib/forkbench" "$$share/man/man1" "$$share/man/man8" \
		"$$share/bash-completion/completions" \
		"$$share/zsh/site-functions" "$$share/fish/vendor_completions.d" && \
	install -m 755 $(PROGRAMS) "$$at/lib/forkbench" && \
	install -m 644 docs/*.1 "$$share/man/man1" && \
	install -m 644 docs/*.8 "$$share/man/man8" && \
	mkdir -p "$$at/lib/systemd/system" && \
	sed "s#@bin@#$$PREFIX/bin#" docs/echod.service >"$$at/lib/systemd/system/echod.service" && \
	install -m 644 docs/echod.socket "$$at/lib/systemd/system" && \
	for name in $(COMMANDS); do \
		ln -sf "../lib/forkbench/$$name" "$$at/bin/$$name" && \
		program=$(BUILD)/bin/$$name && \
		scripts/completions.sh bash $$program >"$$share/bash-completion/completions/$$name" && \
		scripts/completions.sh zsh $$program >"$$share/zsh/site-functions/_$$name" && \
		scripts/completions.sh fish $$program >"$$share/fish/vendor_completions.d/$$name.fish" || \
		exit; \
	done

uninstall:
	@at="$$DESTDIR$$PREFIX" && share="$$at/share" && rm -rf "$$at/lib/forkbench" \
		"$$at/lib/systemd/system/echod.service" "$$at/lib/systemd/system/echod.socket" && \
	for name in $(COMMANDS); do \
		rm -f "$$at/bin/$$name" "$$share/man"/man[18]/"$$name".[18] \
			"$$share/bash-completion/completions/$$name" \
			"$$share/zsh/site-functions/_$$name" \
			"$$share/fish/vendor_completions.d/$$name.fish" || exit; \
	done

# Of what is committed; git writes the commit into .commit.
DIST := $(BUILD)/forkbench-$(VERSION).tar.gz
dist:
	@mkdir -p $(BUILD) && git archive --prefix=forkbench-$(VERSION)/ -o $(DIST) HEAD && echo $(DIST)

# --- housekeeping -----------------------------------------------------------

SOURCES = $(wildcard lib/*.[ch] server/*.[ch] server/reap/*.[ch] client/*.[ch] loadgen/*.[ch] \
	bench/*.[ch] bench/*/*.[ch] tests/unit/*.[ch] tests/peers/*.[ch] tests/honesty/*.[ch])

lint:
	@clang-format --dry-run -Werror $(SOURCES)
	@shellcheck -x scripts/*.sh tests/*.sh tests/integration/*.bats tests/integration/*.bash .ci/run

format:
	@clang-format -i $(SOURCES)

help:
	@echo 'make [all]      build everything into build/'
	@echo 'make server     build echod alone (needs libc only)'
	@echo 'make client     build echoc alone (needs libc only)'
	@echo 'make bench      install what is missing, build, measure, judge, report'
	@echo '                PROFILE=quick|full|smoke  how long to measure'
	@echo '                EXPERIMENTS=a,b      of churn, leak, hold, wall, memory, concurrency,'
	@echo '                                     capacity, storm, backlog, exhaust, pages, descriptors,'
	@echo '                                     mappings, floor, counts, servers'
	@echo '                MODES=a,b            reap modes, or all; the first is the baseline'
	@echo '                WITH=a,b             servers to compare, the first is the baseline'
	@echo "                SERVER='NAME=COMMAND with {address} and {port}'  one of your own"
	@echo '                LEVELS=a,b           of memory, or of the one curve that is chosen'
	@echo '                SESSIONS=N WARM=N CONCURRENCY=N CLOSE=fin|rst  of a cell'
	@echo '                ROUNDS=N SEED=N      rounds that count; order of the cells'
	@echo '                PLACEMENT=KIND       none, split or shared: who runs on which CPUs'
	@echo '                BUDGET=TIME          for all of it, as 240s; rounds are fitted to it'
	@echo '                OUT=DIR              the run folder (default under results/)'
	@echo 'make doctor     tell whether this machine has what such a run needs'
	@echo 'make resume     go on with a run that was broken off: RUN=DIR'
	@echo 'make report     judge and plot a stored run again: RUN=DIR (default latest)'
	@echo 'make plots      the same'
	@echo 'make view       open the report of a run in a browser, or say where it is: RUN=DIR'
	@echo "make readme-pictures  put a run's answer and picture into README.md: RUN=DIR"
	@echo 'make compare    judge stored run B against A: A=DIR B=DIR FAIL_ON=worse|differs'
	@echo 'make rivals     the experiment servers: echod, the least such program, inetd, ...'
	@echo 'make list       list the stored runs'
	@echo 'make install    programs, manuals and completions into PREFIX (default /usr/local), in DESTDIR;'
	@echo '                make uninstall removes them'
	@echo 'make dist       a tarball of what is committed'
	@echo 'make test       install what is missing, build, run every test'
	@echo 'make soak       a million sessions through one daemon: what grows? MODES=a,b or all SESSIONS=N'
	@echo 'make check-honesty  what loadgen says of servers that freeze, die or lie'
	@echo 'make lint       check format and shell scripts; make format mends the former'
	@echo 'make clean      remove what was built'
	@echo 'V=1 shows the commands; SANITIZE=address,undefined builds into its own folder'

quoted = '$(subst ','\'',$(strip $(1)))'
# Rewritten only when it has changed.
ifneq ($(strip $(COMPILER) $(FLAGS)),$(strip $(shell cat $(BUILD)/flags 2>/dev/null)))
$(BUILD)/flags: FORCE
endif
$(BUILD)/flags:
	@mkdir -p $(@D)
	@printf '%s\n' $(call quoted,$(COMPILER)) $(call quoted,$(FLAGS)) >$@

# What the results record of the build; rewritten only when it has changed. The
# commit: a tarball's own, or else this repository's, never one around us.
$(BUILD)/build_info.h: $(BUILD)/flags FORCE
	@{ commit=$$(cat .commit) dirty=0; \
	   case $$commit in '$$Format'*) \
	     commit=unknown; unset $$(git rev-parse --local-env-vars 2>/dev/null); \
	     top=$$(git rev-parse --show-prefix 2>/dev/null) && [ -z "$$top" ] && \
	     commit=$$(git rev-parse --short HEAD 2>/dev/null || echo unknown) && \
	     [ -n "$$(git status --porcelain)" ] && dirty=1 ;; \
	   esac; \
	   echo "#define BUILD_COMMIT \"$$commit\""; \
	   echo "#define BUILD_DIRTY $$dirty"; \
	   sed -e 's/[\\"]/\\&/g' -e '1s/.*/#define BUILD_COMPILER "&"/' \
	       -e '2s/.*/#define BUILD_FLAGS "&"/' $<; } > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
FORCE:

$(BUILD)/bench/measure/machine.o: $(BUILD)/build_info.h

# What forkbench holds of scripts/, as strings of C: it needs no file at run time.
as_strings = sed -e 's/[\\"]/\\&/g' -e 's/.*/\t"&\\n"/'
$(BUILD)/bench/tell/page.h: scripts/report.html scripts/report.css
	@mkdir -p $(@D)
	@{ echo 'static const char page_template[] ='; $(as_strings) $(word 1,$^); \
	   echo ';static const char page_style[] ='; $(as_strings) $(word 2,$^); \
	   echo ';'; } >$@
$(BUILD)/bench/tell/scripts.h: $(wildcard scripts/*.gp)
	@mkdir -p $(@D)
	@for script in $^; do \
	   echo "{ \"$${script##*/}\","; $(as_strings) $$script; echo '},'; \
	 done >$@
$(BUILD)/bench/study/scripts.h: scripts/echo.py scripts/echo.pl
	@mkdir -p $(@D)
	@{ echo 'static const char python_echo[] ='; $(as_strings) $(word 1,$^); \
	   echo ';static const char perl_echo[] ='; $(as_strings) $(word 2,$^); \
	   echo ';'; } >$@
$(BUILD)/bench/study/subject.o: $(BUILD)/bench/study/scripts.h
$(BUILD)/bench/tell/html.o: $(BUILD)/bench/tell/page.h
$(BUILD)/bench/tell/gnuplot.o: $(BUILD)/bench/tell/scripts.h

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

clean:
	rm -rf build build-*
