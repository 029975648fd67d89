// page.js REPORT PICTURES-FOLDER: opens a report.html in Chromium, on a desktop
// and a phone, light and dark. Prints a line for each fault; exit status 1 if
// there is any. Pictures of the page are left in the folder.
"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const { pathToFileURL } = require("url");
const { Chromium } = require("./chromium.js");

const LARGEST = 1e6;
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

// --- asked of the page, within it: each function's text is sent there ---------

// Nothing may be wider than the screen, but within a box that scrolls; and
// these must be seen without scrolling.
function layout(selectors) {
	const wide = document.documentElement.scrollWidth;
	const low = selectors.filter((s) =>
		!(document.querySelector(s)?.getBoundingClientRect().bottom <= innerHeight));
	return [
		wide > innerWidth && `the page is ${wide} px wide, the screen ${innerWidth}`,
		...low.map((s) => `${s} is not on the first screen`),
	].filter(Boolean);
}

// `files`: what lies beside the page, so that a link may lead there.
function structure(files) {
	const all = (selector) => [...document.querySelectorAll(selector)];
	const levels = all("h1,h2,h3,h4").map((h) => Number(h.tagName[1]));
	const ids = all("[id]").map((e) => e.id);
	return [
		document.documentElement.lang !== "en" && "no language is given",
		all("main").length !== 1 && "there is not one main",
		levels.filter((l) => l === 1).length !== 1 && "there is not one h1",
		levels.some((l, i) => l > (levels[i - 1] ?? 0) + 1) && "a heading skips a level",
		new Set(ids).size !== ids.length && "an id is there twice",
		all("script,[onclick],[onload]").length > 0 && "there is a script",
		...all("a[href]").map((a) => a.getAttribute("href")).map((href) =>
			!(href[0] === "#" ? ids.includes(href.slice(1)) : files.includes(href)) && `a link leads nowhere: ${href}`),
		...all("th:not([scope])").map((th) => `a th without scope: ${th.textContent}`),
		...all("table").map((t) => !t.caption?.textContent.trim() && "a table has no caption"),
		...[...document.images].flatMap((img, i) => [
			!(img.complete && img.naturalWidth > 0) && `picture ${i + 1} does not show`,
			!img.alt.trim() && `picture ${i + 1} has no words in its place`]),
	].filter(Boolean);
}

// WCAG 2.1: every text against what is behind it, 4.5 to 1.
function contrast() {
	const parse = (text) => {
		const parts = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(text);
		return parts ? [...parts.slice(1, 4).map(Number), Number(parts[4] ?? 1)] : null;
	};
	const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3]));
	const behind = (e) => e ?
		over(parse(getComputedStyle(e).backgroundColor), behind(e.parentElement)) :
		[255, 255, 255];
	const luminance = (rgb) => {
		const [r, g, b] = rgb.map((v) => v / 255).map((v) =>
			v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const faults = new Set();
	for (const e of document.body.querySelectorAll("*")) {
		if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
			continue;
		const back = behind(e);
		const ink = over(parse(getComputedStyle(e).color), back);
		const [dark, light] = [luminance(back), luminance(ink)].sort((a, b) => a - b);
		if ((light + 0.05) / (dark + 0.05) < 4.5)
			faults.add(`faint: "${e.textContent.trim().slice(0, 30)}" (${e.tagName.toLowerCase()})`);
	}
	return [...faults];
}

// --- the whole ----------------------------------------------------------------

const faults = new Set();
const note = (where, list) => list.forEach((fault) => faults.add(`${where}: ${fault}`));

async function checkScreens(browser, folder) {
	// The table of many modes is longer than any screen.
	const few = await browser.evaluate(
		() => document.querySelectorAll(".matrix tr").length < 8);
	for (const [size, seen] of [
		[DESKTOP, [".status", ...few ? [".answers"] : []]],
		[PHONE, [".status"]],
	])
		for (const scheme of ["light", "dark"]) {
			const where = `${size.width} ${scheme}`;
			await browser.ask("Emulation.setDeviceMetricsOverride",
				{ ...size, deviceScaleFactor: 1, mobile: false });
			await browser.ask("Emulation.setEmulatedMedia",
				{ features: [{ name: "prefers-color-scheme", value: scheme }] });
			note(where, await browser.evaluate(layout, seen));
			note(where, await browser.evaluate(contrast));
			const { data } = await browser.ask("Page.captureScreenshot",
				{ format: "png", captureBeyondViewport: true });
			fs.writeFileSync(path.join(folder, `${where.replace(" ", "-")}.png`),
				Buffer.from(data, "base64"));
		}
}

async function check(browser, file, folder) {
	const url = pathToFileURL(path.resolve(file)).href;
	const text = fs.readFileSync(file, "utf8");
	note("file", [
		text.length > LARGEST && `${text.length} bytes, more than ${LARGEST}`,
		!text.includes(`http-equiv=Content-Security-Policy content="${POLICY}"`) &&
			"the policy that forbids all loading is not there",
	].filter(Boolean));
	await browser.openPage();
	await browser.load(url);
	const beside = fs.readdirSync(path.dirname(file), { withFileTypes: true });
	note("structure", await browser.evaluate(structure,
		beside.map((entry) => entry.name + (entry.isDirectory() ? "/" : ""))));
	await checkScreens(browser, folder);
	for (const { method, params } of browser.events)
		if (method === "Network.requestWillBeSent" &&
		    params.request.url !== url && !params.request.url.startsWith("data:"))
			note("network", [`it asks for ${params.request.url}`]);
		else if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded")
			note("console", [params.entry?.text ?? "an exception"]);
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
