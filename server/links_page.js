"use strict";
// Without this the form sends all files at once. With it each goes by itself, with its progress.
(() => {
	const form = document.getElementById("send"), input = document.getElementById("files"), drop = document.getElementById("drop");
	const list = document.getElementById("progress"), button = form.querySelector("button");
	const most = Number(form.dataset.most), here = location.pathname.replace(/\/+$/, "");
	let left = Number(form.dataset.left), waiting = [], busy = false;
	document.documentElement.classList.add("js");

	function say(row, text, how) {
		row.text.textContent = row.file.name + ": " + text;
		row.item.className = how || "";
		if (how && row.bar) { row.bar.remove(); row.bar = null; }
	}
	function add(files) {
		for (const file of files) {
			const item = document.createElement("li"), text = document.createElement("span"), bar = document.createElement("progress");
			bar.max = 1; bar.value = 0; bar.setAttribute("aria-label", file.name);
			item.append(text, bar); list.append(item);
			const row = { file, item, text, bar };
			if (file.size > most) say(row, "That file is too large.", "bad");
			else if (left === 0) say(row, "This link takes no more files.", "bad");
			else { if (left > 0) left--; say(row, "waiting"); waiting.push(row); }
		}
		next();
	}
	function next() {
		button.disabled = busy;
		if (busy || !waiting.length) return;
		const row = waiting.shift(), ask = new XMLHttpRequest();
		busy = button.disabled = true;
		const end = (text, how) => {
			if (how === "bad" && left >= 0) left++;
			say(row, text, how); busy = false; next();
		};
		ask.open("PUT", here + "/" + encodeURIComponent(row.file.name.replace(/[\/\\]/g, "_") || "file"));
		ask.setRequestHeader("Content-Type", row.file.type || "application/octet-stream");
		ask.upload.onprogress = e => {
			if (!e.lengthComputable || !row.bar) return;
			row.bar.value = e.loaded / e.total;
			row.text.textContent = row.file.name + ": " + Math.floor(100 * e.loaded / e.total) + " %";
		};
		ask.onload = () => ask.status === 200 ? end("received", "good") : end(ask.responseText.trim() || "It was not taken.", "bad");
		ask.onerror = () => end("The connection broke off. Nothing of it was kept: send it again.", "bad");
		ask.send(row.file);
	}
	form.addEventListener("submit", e => { e.preventDefault(); add(input.files); form.reset(); });
	for (const name of ["dragenter", "dragover"]) addEventListener(name, e => { e.preventDefault(); drop.classList.add("over"); });
	addEventListener("dragleave", e => { if (!e.relatedTarget) drop.classList.remove("over"); });
	addEventListener("drop", e => { e.preventDefault(); drop.classList.remove("over"); add(e.dataTransfer.files); });
	addEventListener("beforeunload", e => { if (busy || waiting.length) e.preventDefault(); });
})();
