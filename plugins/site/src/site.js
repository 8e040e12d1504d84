"use strict";
// Everything here makes a page handier; every page can be read without it. What comes from a text is
// only ever set as text.
(() => {
  const field = document.getElementById("gk-q");
  addEventListener("keydown", (event) => {
    const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName || "");
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    } else if (event.key === "Escape" && event.target.closest && event.target.closest(".term")) {
      event.target.blur();
    }
  });

  for (const term of document.querySelectorAll(".term")) {
    const place = () => term.classList.toggle("right", term.getBoundingClientRect().left > innerWidth / 2);
    term.addEventListener("mouseenter", place);
    term.addEventListener("focusin", place);
  }

  const open = () => {
    let name = "";
    // What is no text in UTF-8 is the name of nothing.
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = name && document.getElementById(name);
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  addEventListener("hashchange", open);
  open();
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));

  const reviews = document.getElementById("gk-reviews");
  if (reviews) {
    const now = new Date();
    const iso = (date) => [date.getFullYear(), String(date.getMonth() + 1).padStart(2, "0"), String(date.getDate()).padStart(2, "0")].join("-");
    const today = iso(now);
    const soon = iso(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 90));
    let overdue = 0, upcoming = 0;
    for (const row of reviews.querySelectorAll("tr[data-due]")) {
      const due = row.dataset.due;
      const word = due < today ? "overdue" : due <= soon ? "soon" : "";
      if (!word) continue;
      if (word === "overdue") overdue += 1; else upcoming += 1;
      const note = document.createElement("b");
      note.className = word === "overdue" ? "late" : "open badge";
      note.textContent = word;
      row.cells[0].append(" ", note);
    }
    document.getElementById("gk-due").textContent = `${overdue} overdue, ${upcoming} due within 90 days.`;
  }

  const results = document.getElementById("gk-results");
  if (results) {
    const found = document.getElementById("gk-found");
    let entries = null;
    const search = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      results.replaceChildren();
      if (!words.length) { found.textContent = "Write what you look for in the field above."; return; }
      entries = entries || (window.govkit || []).flat().map((entry) => ({ entry, head: `${entry[1]} ${entry[2]} ${entry[4]}`.toLowerCase(), body: entry[5].toLowerCase() }));
      const hits = [];
      entries.forEach((one, at) => {
        let score = 0;
        for (const word of words) {
          if (one.head.includes(word)) score += one.entry[2].toLowerCase().includes(word) ? 9 : 5;
          else if (one.body.includes(word)) score += 1;
          else return;
        }
        hits.push({ one, score, at });
      });
      hits.sort((a, b) => b.score - a.score || a.at - b.at);
      found.textContent = hits.length === 1 ? "1 text found." : `${hits.length} texts found.` + (hits.length > 50 ? " The first 50 are shown." : "");
      for (const { one } of hits.slice(0, 50)) {
        const [name, id, title, kind, summary, body] = one.entry;
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `a/${name}.html`;
        link.textContent = title;
        const note = document.createElement("span");
        note.className = "quiet";
        note.textContent = ` ${kind} ${id}`;
        const text = document.createElement("div");
        const from = Math.max(0, one.body.indexOf(words[0]) - 60);
        text.textContent = one.head.includes(words[0]) && summary ? summary : `… ${body.slice(from, from + 180)} …`;
        item.append(link, note, text);
        results.append(item);
      }
    };
    field.value = new URLSearchParams(location.search).get("q") || "";
    field.addEventListener("input", search);
    addEventListener("DOMContentLoaded", search);
  }
})();
