// A headless Chromium, driven through two pipes: its DevTools protocol, JSON
// messages that end in a NUL, on its descriptors 3 and 4.
"use strict";

const { spawn } = require("child_process");

const PATIENCE_MS = 20000;
const FLAGS = [
	"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
	"--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
	"--hide-scrollbars", "--force-color-profile=srgb",
	"--remote-debugging-pipe",
];

// A promise that fails after a while, saying what was waited for.
function patiently(what, promise) {
	let timer;
	const late = new Promise((_, fail) => {
		timer = setTimeout(() => fail(new Error(`waited in vain for ${what}`)),
			PATIENCE_MS);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

class Chromium {
	constructor(program, profile) {
		this.waiting = new Map();	// by message id, or by event
		this.events = [];		// all that came, in order
		this.last = 0;
		this.child = spawn(program,
			[...FLAGS, `--user-data-dir=${profile}`, "about:blank"],
			{ detached: true, stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
		this.child.on("error", (e) => this.lose(e));
		this.child.on("exit", () => this.lose(new Error(`${program} ended`)));
		for (const pipe of [3, 4])
			this.child.stdio[pipe].on("error", () => {});
		let rest = "";
		this.child.stdio[4].setEncoding("utf8").on("data", (text) => {
			const messages = (rest + text).split("\0");
			rest = messages.pop();
			for (const message of messages)
				this.take(JSON.parse(message));
		});
	}

	take(message) {
		const key = message.id ?? message.method;
		const { done, fail } = this.waiting.get(key) ?? {};
		this.waiting.delete(key);
		if (message.method)
			this.events.push(message);
		if (message.error)
			fail?.(new Error(message.error.message));
		else
			done?.(message.result ?? message.params);
	}

	lose(error) {
		for (const { fail } of this.waiting.values())
			fail(error);
		this.waiting.clear();
	}

	// The next answer or event of that key.
	next(key, what) {
		return patiently(what, new Promise((done, fail) =>
			this.waiting.set(key, { done, fail })));
	}

	// Asks for something; the answer is a promise.
	ask(method, params = {}) {
		const id = ++this.last;
		const answer = this.next(id, method);
		this.child.stdio[3].write(JSON.stringify(
			{ id, method, params, sessionId: this.session }) + "\0");
		return answer;
	}

	async openPage() {
		const { targetId } = await this.ask("Target.createTarget", { url: "about:blank" });
		const { sessionId } = await this.ask("Target.attachToTarget",
			{ targetId, flatten: true });
		this.session = sessionId;
		for (const part of ["Page", "Network", "Runtime", "Log"])
			await this.ask(`${part}.enable`);
	}

	async load(url) {
		const loaded = this.next("Page.loadEventFired", `${url} to load`);
		loaded.catch(() => {});	// if the next line throws first
		await this.ask("Page.navigate", { url });
		await loaded;
	}

	// What a function returns in the page.
	async evaluate(call, ...values) {
		const { result, exceptionDetails } = await this.ask("Runtime.evaluate", {
			expression: `(${call})(...${JSON.stringify(values)})`,
			returnByValue: true,
		});
		if (exceptionDetails)
			throw new Error(exceptionDetails.exception.description);
		return result.value;
	}

	// All its processes are of one group.
	async end() {
		const { pid, exitCode, signalCode } = this.child;
		if (!pid)
			return;
		const gone = exitCode ?? signalCode ??
			new Promise((done) => this.child.once("exit", done));
		try {
			process.kill(-pid, "SIGKILL");
		} catch (e) {
			if (e.code !== "ESRCH")
				throw e;
		}
		await patiently("chromium to end", gone);
	}
}

module.exports = { Chromium };
