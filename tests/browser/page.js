// page.js REPORT.html FOLDER: what a browser makes of a report. Pictures of it
// and its print go to the folder. A line for each fault, and exit 1 if there is
// any; exit 3 if no browser can be had.
"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const { pathToFileURL } = require("url");
const { Chromium } = require("./chromium.js");
const checks = require("./checks.js");

const LARGEST = 2e6;
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const PAPER = { width: 717, height: 1046 };	// A4 less 1 cm on each side

const faults = new Set();
const note = (where, list) => list.forEach((fault) => faults.add(`${where}: ${fault}`));

function checkFile(file) {
	const text = fs.readFileSync(file, "utf8");
	if (text.length > LARGEST)
		note("file", [`${text.length} bytes, more than ${LARGEST}`]);
	if (!text.includes(`http-equiv=Content-Security-Policy content="${POLICY}"`))
		note("file", ["the policy that forbids all loading is not there"]);
}

const setSize = (browser, size) => browser.ask("Emulation.setDeviceMetricsOverride",
	{ ...size, deviceScaleFactor: 1, mobile: false });

const setMedia = (browser, media, scheme) => browser.ask("Emulation.setEmulatedMedia",
	{ media, features: [{ name: "prefers-color-scheme", value: scheme }] });

async function picture(browser, whole) {
	const { data } = await browser.ask("Page.captureScreenshot",
		{ format: "png", captureBeyondViewport: whole });
	return Buffer.from(data, "base64");
}

async function checkScreens(browser, folder) {
	// The table of many modes is longer than any screen.
	const few = await browser.evaluate(() => !!document.querySelector(".beside"));
	for (const [size, seen] of [
		[DESKTOP, [".status", ".answers", ...few ? [".matrix"] : []]],
		[PHONE, [".status", ".answers"]],
	])
		for (const scheme of ["light", "dark"]) {
			const where = `${size.width} ${scheme}`;
			await setSize(browser, size);
			await setMedia(browser, "", scheme);
			note(where, await browser.evaluate(checks.overflow));
			note(where, await browser.evaluate(checks.firstScreen, seen));
			note(where, await browser.evaluate(checks.contrast));
			fs.writeFileSync(path.join(folder, `${size.width}-${scheme}.png`),
				await picture(browser, false));
			const height = await browser.evaluate(
				() => document.documentElement.scrollHeight);
			await setSize(browser, { ...size, height });
			fs.writeFileSync(path.join(folder, `${size.width}-${scheme}-whole.png`),
				await picture(browser, false));
		}
}

async function checkPrint(browser, folder) {
	await setSize(browser, PAPER);
	await setMedia(browser, "print", "dark");
	note("print", await browser.evaluate(checks.overflow));
	note("print", await browser.evaluate(checks.contrast));
	note("print", await browser.evaluate(checks.unfolded));
	const { data } = await browser.ask("Page.printToPDF",
		{ paperWidth: 8.27, paperHeight: 11.69, printBackground: false });
	const pdf = Buffer.from(data, "base64");
	fs.writeFileSync(path.join(folder, "print.pdf"), pdf);
	if (!pdf.subarray(0, 5).equals(Buffer.from("%PDF-")))
		note("print", ["it does not print"]);
}

// The same picture, whether scripts may run or not.
async function checkWithoutScript(browser, url) {
	await setSize(browser, DESKTOP);
	await setMedia(browser, "", "light");
	await browser.load(url);
	const before = await picture(browser, true);
	await browser.ask("Emulation.setScriptExecutionDisabled", { value: true });
	await browser.load(url);
	if (!before.equals(await picture(browser, true)))
		note("no script", ["it looks different without script"]);
}

function checkEvents(events, url) {
	for (const { method, params } of events)
		if (method === "Network.requestWillBeSent" &&
		    params.request.url !== url && !params.request.url.startsWith("data:"))
			note("network", [`it asks for ${params.request.url}`]);
		else if (method === "Runtime.exceptionThrown")
			note("script", [params.exceptionDetails.exception?.description ??
				params.exceptionDetails.text]);
		else if (method === "Runtime.consoleAPICalled")
			note("console", [params.args.map((a) => a.value).join(" ")]);
		else if (method === "Log.entryAdded")
			note("console", [params.entry.text]);
}

async function check(browser, file, folder) {
	const url = pathToFileURL(path.resolve(file)).href;
	checkFile(file);
	await browser.openPage();
	await setSize(browser, DESKTOP);
	await browser.load(url);
	for (const part of ["structure", "pictures"])
		note(part, await browser.evaluate(checks[part]));
	await checkScreens(browser, folder);
	await checkPrint(browser, folder);
	note("copying", await browser.evaluate(checks.copying));
	await checkWithoutScript(browser, url);
	checkEvents(browser.events, url);
}

async function main([file, folder]) {
	const profile = fs.mkdtempSync(path.join(os.tmpdir(), "page-"));
	const browser = new Chromium(process.env.CHROMIUM ?? "chromium", profile);
	try {
		await check(browser, file, folder);
	} finally {
		await browser.end();
		fs.rmSync(profile, { recursive: true, maxRetries: 5 });
	}
	for (const fault of faults)
		console.log(fault);
	return faults.size ? 1 : 0;
}

main(process.argv.slice(2)).then(process.exit, (error) => {
	console.error(`page.js: ${error.message}`);
	process.exit(3);
});
