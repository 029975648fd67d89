// What is asked of the page, within it. Each function stands alone: its text
// is sent to the browser. Each returns a list of faults, in words.
"use strict";

// Nothing may be wider than the screen, but within a box that scrolls.
function overflow() {
	const wide = document.documentElement.scrollWidth;
	return wide > innerWidth ? [`the page is ${wide} px wide, the screen ${innerWidth}`] : [];
}

// These must be seen without scrolling.
function firstScreen(selectors) {
	return selectors.flatMap((selector) => {
		const found = document.querySelector(selector);
		if (!found)
			return [`there is no ${selector}`];
		const { bottom, width } = found.getBoundingClientRect();
		return width > 0 && bottom <= innerHeight ? [] :
			[`${selector} is not on the first screen: it ends at ${bottom} px of ${innerHeight}`];
	});
}

function pictures() {
	return [...document.images].flatMap((img, i) => [
		!(img.complete && img.naturalWidth > 0) && `picture ${i + 1} does not show`,
		!img.alt.trim() && `picture ${i + 1} has no words in its place`,
	].filter(Boolean));
}

// WCAG 2.1: every text against what is behind it, 4.5 to 1.
function contrast() {
	const parse = (text) => {
		const parts = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(text);
		return parts ? [...parts.slice(1, 4).map(Number), Number(parts[4] ?? 1)] : null;
	};
	const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3]));
	const behind = (e) => {
		if (!e)
			return [255, 255, 255];
		const own = parse(getComputedStyle(e).backgroundColor);
		return own[3] === 1 ? own.slice(0, 3) : over(own, behind(e.parentElement));
	};
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
		const ratio = (light + 0.05) / (dark + 0.05);
		if (ratio < 4.5)
			faults.add(`contrast ${ratio.toFixed(1)} of "${e.textContent.trim().slice(0, 30)}"` +
				` (${e.tagName.toLowerCase()}, ${e.className})`);
	}
	return [...faults];
}

function structure() {
	const all = (selector) => [...document.querySelectorAll(selector)];
	const levels = all("h1,h2,h3,h4").map((h) => Number(h.tagName[1]));
	const ids = all("[id]").map((e) => e.id);
	return [
		document.documentElement.lang !== "en" && "no language is given",
		all("main").length !== 1 && "there is not one main",
		all("nav").length !== 1 && "there is not one nav",
		levels.filter((l) => l === 1).length !== 1 && "there is not one h1",
		levels.some((l, i) => l > (levels[i - 1] ?? 0) + 1) && "a heading skips a level",
		new Set(ids).size !== ids.length && "an id is there twice",
		...all("a[href]").map((a) => a.getAttribute("href")).map((href) =>
			!(href[0] === "#" && ids.includes(href.slice(1))) && `a link leads nowhere: ${href}`),
		...all("h2").map((h) => !h.id && `no link can lead to "${h.textContent}"`),
		...all("th:not([scope])").map((th) => `a th without scope: ${th.textContent}`),
		...all("table").map((t) => !t.caption?.textContent.trim() && "a table has no caption"),
	].filter(Boolean);
}

// Pasted into a spreadsheet, each cell of a row comes to a cell of its own,
// and the plain figures are numbers.
function copying() {
	const faults = [];
	for (const details of document.querySelectorAll("details"))
		details.open = true;
	for (const row of document.querySelectorAll("tr"))
		if (row.innerText.trimEnd().split(/[\t\n]/).length > row.cells.length ||
		    row.innerText.split("\t").length !== row.cells.length)
			faults.push(`a row is not copied cell by cell: ${JSON.stringify(row.innerText)}`);
	const figures = [...document.querySelectorAll("#all-figures ~ * td.r, #all-figures ~ td.r")];
	if (!figures.length)
		faults.push("there are no plain figures");
	for (const { innerText } of figures)
		if (!/^(-|-?\d+(\.\d+)?(e[+-]\d+)?)$/.test(innerText))
			faults.push(`no number: ${innerText}`);
	return faults;
}

// On paper nothing stays folded.
function unfolded() {
	return [...document.querySelectorAll("details > :not(summary)")]
		.filter((e) => !e.checkVisibility({ contentVisibilityAuto: false }))
		.map((e) => `folded on paper: ${e.textContent.slice(0, 40)}`);
}

module.exports = {
	overflow, firstScreen, pictures, contrast, structure, copying, unfolded,
};
