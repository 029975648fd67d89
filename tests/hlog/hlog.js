// hlog.js figures FILE: what hdr-histogram-js reads in an interval log, in
// the words of tests/peers/hist_dump.c; with "times", each interval's start
// (milliseconds since the epoch), end and tag.
// hlog.js text|distribution FILE TAG: the histogram of that tag, encoded by
// hdr-histogram-js; or its percentiles in microseconds.
"use strict";

const fs = require("fs");
const hdr = require("hdr-histogram-js");

function* histograms(file) {
	const reader = new hdr.HistogramLogReader(fs.readFileSync(file, "utf8"), 64);
	for (let h; (h = reader.nextIntervalHistogram()) !== null; )
		yield h;
}

function printFigures(h) {
	const values = [50, 90, 99].map((pct) => h.getValueAtPercentile(pct));
	console.log(h.tag, h.totalCount, ...values, h.maxValue);
	const buckets = h.recordedValuesIterator;
	buckets.reset();
	while (buckets.hasNext()) {
		const at = buckets.next();
		console.log(h.tag, at.valueIteratedTo, at.countAtValueIteratedTo);
	}
}

function printDistribution(h) {
	// Decimals are as many as its digits, which count for nothing else here.
	h.numberOfSignificantValueDigits = 3;
	// The last line has a fourth field in some implementations, and in ours.
	process.stdout.write(
		h.outputPercentileDistribution(5, 1000)
			.replace(/^.* 1\.000000000000 .*$/m, `$&${"inf".padStart(15)}`));
}

const print = {
	figures: printFigures,
	times: (h) => console.log(h.startTimeStampMsec, h.endTimeStampMsec, h.tag),
	text: (h) => console.log(hdr.encodeIntoCompressedBase64(h)),
	distribution: printDistribution,
};

const [what, file, tag] = process.argv.slice(2);
for (const h of histograms(file))
	if (!tag || h.tag === tag)
		print[what](h);
