"use strict";
(function () {
  const root = document.documentElement, body = document.body;
  root.classList.add("script");
  const words = JSON.parse(document.getElementById("words").textContent);
  const rows = Array.from(document.querySelectorAll(".group tbody tr"));
  const changes = Array.from(document.querySelectorAll(".t-changes tbody tr"));
  const decides = document.getElementById("export") !== null;
  const tiles = Array.from(document.querySelectorAll(".tiles a[href^='#g-']"));
  const groups = Array.from(document.querySelectorAll(".group"), (group) => {
    const own = Array.from(group.querySelectorAll("tbody tr")), tile = tiles.find((t) => t.hash === "#" + group.id);
    return { group, rows: own, tile, counts: [group.querySelector("h2 b"), tile && tile.querySelector("b")].filter(Boolean) };
  });
  const search = document.getElementById("search"), doubtful = document.getElementById("doubtful");
  const key = "policydiff " + body.dataset.old + " " + body.dataset.new;
  let lowered = null, only = "", current = null, verdicts = {};
  try { verdicts = JSON.parse(localStorage.getItem(key) || "{}"); } catch (e) { verdicts = {}; }
  if (typeof verdicts !== "object" || verdicts === null) verdicts = {};
  // Earlier pages named a row e-, then what names it in a file of decisions.
  verdicts = Object.fromEntries(Object.entries(verdicts).map(([name, one]) => [name.replace(/^e-/, ""), one]));
  // A row's name begins with a letter for its outcome.
  function nameOf(row) { return row.id.slice(1); }

  // What a row says, without the controls in its last cell.
  function said(row) { return Array.from(row.cells, (cell) => cell.querySelector("select") ? "" : cell.textContent).join("\n").toLowerCase(); }
  function show() {
    const sought = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const doubts = Boolean(doubtful && doubtful.checked), searching = sought.length > 0 || doubts;
    if (sought.length && lowered === null) lowered = new Map(rows.map((row) => [row, said(row)]));
    for (const one of groups) {
      let left = 0;
      for (const row of one.rows) {
        const hidden = (doubts && !row.classList.contains("doubt")) || (sought.length > 0 && !sought.every((word) => lowered.get(row).includes(word)));
        if (row.hidden !== hidden) row.hidden = hidden;
        if (!hidden) left += 1;
      }
      one.counts.forEach((count) => { count.textContent = searching ? left + " / " + one.rows.length : String(one.rows.length); });
      one.group.hidden = (only !== "" && one.group.id !== only) || (searching && left === 0);
      if (searching || one.group.id === only) fold(one.group, false);
      if (one.tile) one.tile.setAttribute("aria-current", String(one.group.id === only));
    }
  }
  function fold(group, on) {
    group.classList.toggle("folded", on);
    const button = group.querySelector("h2 button");
    if (button) button.setAttribute("aria-expanded", String(!on));
  }
  groups.forEach(({ group }) => {
    const heading = group.querySelector("h2"), button = document.createElement("button");
    button.type = "button"; button.append(...heading.childNodes); heading.append(button);
    button.addEventListener("click", () => fold(group, !group.classList.contains("folded")));
    fold(group, group.dataset.folded === "yes");
  });
  tiles.forEach((tile) => tile.addEventListener("click", (event) => {
    event.preventDefault();
    const wanted = tile.hash.slice(1);
    only = only === wanted ? "" : wanted;
    show(); window.scrollTo(0, 0);
  }));
  search.addEventListener("input", show);
  if (doubtful) doubtful.addEventListener("change", show);

  function shown() {
    return groups.filter(({ group }) => !group.hidden && !group.classList.contains("folded")).flatMap((one) => one.rows.filter((row) => !row.hidden));
  }
  function mark(row) {
    if (current) current.classList.remove("here");
    current = row; row.classList.add("here"); row.tabIndex = -1;
    build(row); whole(row);
  }
  function go(row) {
    mark(row); row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  }
  function step(by) {
    const list = shown();
    if (!list.length) return;
    const at = list.indexOf(current);
    go(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))]);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input[type=search], textarea"), select = event.target.closest("select");
    if (event.key === "Escape" && (typing || select)) { event.target.blur(); return; }
    if (typing) return;
    if (select && select.closest("tr") !== current) mark(select.closest("tr"));
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "/") search.focus();
    else if (current && decides && /^[0-9]$/.test(event.key)) choose(current, Number(event.key));
    else return;
    event.preventDefault();
  });

  // --- verdicts -----------------------------------------------------------------------------------
  const names = Object.keys(words.verdicts);
  // What a row's verdict is: that of this browser, else that of the file that the page was made with.
  function verdictOf(row) { return verdicts[nameOf(row)] || words.decided_before[nameOf(row)] || null; }
  function make(name, inside, of) {
    const made = document.createElement(name);
    if (inside) made.textContent = inside;
    return Object.assign(made, of || {});
  }
  document.querySelectorAll(decides ? ".t-changes thead tr" : "x").forEach((heads) => heads.append(make("th", words.verdict, { className: "c-verdict", scope: "col" })));
  const built = new Set();
  function build(row) {
    if (!decides || built.has(row) || !row.closest(".t-changes")) return;
    built.add(row); begin(row);
    const select = make("select"), note = make("textarea", "", { rows: 1, placeholder: words.note }), was = verdictOf(row);
    const cell = row.insertCell();
    cell.className = "decide";
    select.setAttribute("aria-label", words.verdict); note.setAttribute("aria-label", words.note);
    select.add(new Option(words.undecided, ""));
    names.forEach((name, k) => select.add(new Option((k + 1) + " " + words.verdicts[name], name)));
    cell.append(select, note);
    if (was) { select.value = was.verdict || ""; note.value = was.note || ""; }
    select.addEventListener("change", () => keep(row));
    note.addEventListener("change", () => keep(row));
    onPaper(row);
    if (alone(row)) {
      nearest(row).forEach((near) => near.append(" ", make("button", words.this_one, { type: "button", className: "pick" })));
      cell.append(make("button", words.pick, { type: "button", className: "seek" }), make("div", "", { className: "partner" }));
      partner(row);
    }
  }
  // A row that has clauses on one side only; its nearest clauses that are commitments.
  function alone(row) { return [1, 2].some((k) => !row.cells[k].querySelector("p")); }
  function otherSide(row) { return row.cells[1].querySelector("p") ? "new" : "old"; }
  function nearest(row) { return Array.from(row.querySelectorAll("q span")).filter((near) => textAt(near.querySelector("a").hash) !== null); }
  function clauseOf(row, side, hash) {
    const all = (k) => Array.from(row.cells[k].querySelectorAll("p"));
    const clause = all(side === "old" ? 1 : 2).find((p) => p.querySelector("a").hash === hash);
    const same = clause && plain(clause) === words.same ? all(1)[all(2).indexOf(clause)] : clause;
    return same ? plain(same) : null;
  }
  function clausesOf(row, side) { return Array.from(row.cells[side === "old" ? 1 : 2].querySelectorAll("p"), (p) => clauseOf(row, side, p.querySelector("a").hash)); }
  // The words of the clause at a place of the full texts, null where it stands in no row.
  function textAt(hash) {
    const place = document.getElementById(hash.slice(1)), row = place && place.hash && document.getElementById(place.hash.slice(1));
    return row ? clauseOf(row, hash[1] === "o" ? "old" : "new", hash) : null;
  }
  // What clauses that come nearest begin with, then the whole ones: the full texts hold them once.
  const SHOWN = 24;
  function textOf(link) { const place = document.getElementById(link.hash.slice(1)); return place ? place.textContent : ""; }
  function begin(row) {
    row.querySelectorAll("q").forEach((near) => near.replaceChildren(...Array.from(near.querySelectorAll("a"), (link) => {
      const line = make("span"), text = textOf(link);
      line.append((text.length > SHOWN ? text.slice(0, SHOWN) + "…" : text) + " ", link);
      return line;
    })));
  }
  function whole(row) {
    row.querySelectorAll("q span").forEach((line) => { line.firstChild.data = textOf(line.querySelector("a")) + " "; });
  }
  function partner(row) {
    const one = verdictOf(row), text = one && one.verdict === "linked" ? one.partner || "" : null;
    row.querySelector(".seek").hidden = text === null;
    row.querySelector(".partner").textContent = text === null ? "" : text ? words.partner.replace("{}", text) : words.no_partner;
    row.querySelectorAll(".pick").forEach((button) => button.setAttribute("aria-pressed", String(Boolean(text) && textAt(button.parentNode.querySelector("a").hash) === text)));
  }
  function choose(row, k) {
    const select = row.querySelector("select");
    if (select && k < select.options.length) { select.selectedIndex = k; keep(row); }
  }
  function link(row, text) {
    row.querySelector("select").value = "linked";
    keep(row, text);
  }
  function keep(row, partnerText) {
    const verdict = row.querySelector("select").value, note = row.querySelector("textarea").value.trim(), was = verdictOf(row) || {};
    const one = { verdict, note };
    if (was.by && was.verdict === verdict) one.by = was.by;
    const text = partnerText || was.partner;
    if (verdict === "linked" && text) one.partner = text;
    const name = nameOf(row);
    if (verdict || note || words.decided_before[name]) verdicts[name] = one; else delete verdicts[name];
    try { localStorage.setItem(key, JSON.stringify(verdicts)); } catch (e) { /* kept until the page is closed */ }
    if (alone(row)) partner(row);
    onPaper(row); count();
  }
  // What is printed of a verdict, for the controls are not.
  function onPaper(row) {
    const one = verdictOf(row), said = one && [words.verdicts[one.verdict], one.note].filter(Boolean).join(" ");
    for (const one of [row, row.cells[1], row.cells[3]]) if (said) one.dataset.said = said; else delete one.dataset.said;
  }
  function decided() { return changes.filter((row) => { const one = verdictOf(row); return one && one.verdict; }); }
  function count() { document.getElementById("decided").textContent = words.decided.replace("{}", String(decided().length)); }
  let seeking = null;
  document.addEventListener("click", (event) => {
    const row = event.target.closest(".group tbody tr");
    if (row && row !== current) mark(row);
    if (event.target.matches(".pick")) link(row, textAt(event.target.parentNode.querySelector("a").hash));
    else if (event.target.matches(".seek")) {
      seeking = row;
      const pane = document.getElementById("text-" + otherSide(row));
      pane.classList.add("sought"); pane.scrollIntoView({ block: "end" });
    }
  });
  // Controls are put in while nothing else is to be done: a page may have thousands of rows.
  const AT_ONCE = 40;
  function buildFrom(k) {
    changes.slice(k, k + AT_ONCE).forEach(build);
    if (k + AT_ONCE < changes.length) setTimeout(() => buildFrom(k + AT_ONCE), 0);
  }
  if (decides) { count(); setTimeout(() => buildFrom(0), 0); }

  const quoted = (text) => JSON.stringify(String(text)).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
  function plain(clause) {
    const copy = clause.cloneNode(true);
    copy.querySelectorAll("a, small").forEach((beside) => beside.remove());
    return copy.textContent.trim();
  }
  function entry(row) {
    const one = verdictOf(row), made = { id: nameOf(row), verdict: one.verdict, note: one.note, by: one.by };
    for (const side of ["old", "new"]) made[side] = clausesOf(row, side);
    if (one.partner && alone(row)) made[otherSide(row)] = [one.partner];
    return made;
  }
  function decisions() {
    const lines = ["policydiff_decisions: 1"];
    for (const side of ["old", "new"]) lines.push(side + ": {name: " + quoted(body.dataset[side + "Name"]) + ", sha256: " + quoted(body.dataset[side]) + "}");
    const made = decided().map(entry), ids = new Set(made.map((one) => one.id));
    made.push(...words.decided_elsewhere.filter((one) => !ids.has(one.id)));
    lines.push(made.length ? "decisions:" : "decisions: []");
    for (const one of made) {
      lines.push("- id: " + quoted(one.id), "  verdict: " + one.verdict);
      for (const side of ["old", "new"]) if (one[side].length) lines.push("  " + side + ":", ...one[side].map((text) => "  - " + quoted(text)));
      for (const name of ["by", "note"]) if (one[name]) lines.push("  " + name + ": " + quoted(one[name]));
    }
    return lines.join("\n") + "\n";
  }
  if (decides) document.getElementById("export").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([decisions()], { type: "text/yaml" }));
    link.download = words.file; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  function print(summary) {
    body.classList.toggle("print-summary", summary);
    window.print();
    body.classList.remove("print-summary");
  }
  const summary = document.getElementById("print-summary");
  if (summary) summary.addEventListener("click", () => print(true));
  document.getElementById("print-all").addEventListener("click", () => print(false));

  // --- the full texts -----------------------------------------------------------------------------
  const texts = Array.from(document.querySelectorAll(".text"));
  let moving = null, asked = null, held = 0;
  texts.forEach((text) => text.addEventListener("scroll", () => {
    if (held || (moving && moving !== text)) return;
    moving = text;
    const other = texts.find((t) => t !== text);
    if (other) other.scrollTop = text.scrollTop / Math.max(1, text.scrollHeight - text.clientHeight) * (other.scrollHeight - other.clientHeight);
    clearTimeout(text.timer);
    text.timer = setTimeout(() => { moving = null; }, 120);
  }));
  // Rows above are laid out as they come into view, and then are of another height than was guessed.
  function arrive(section, frames) {
    section.scrollIntoView({ block: "start" });
    if (frames > 0) requestAnimationFrame(() => arrive(section, frames - 1));
  }
  // Both sides of an entry, each in the middle of its text.
  function reveal(places) {
    clearTimeout(held);
    held = setTimeout(() => { held = 0; }, 400);
    document.querySelectorAll(".at").forEach((place) => place.classList.remove("at"));
    arrive(texts[0].closest("section"), 4);
    for (const place of places) {
      const pane = place.closest(".text");
      place.classList.add("at");
      pane.scrollTop += place.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    }
    places[0].tabIndex = places[0].href ? 0 : -1; places[0].focus({ preventScroll: true });
  }
  const back = make("button", words.back, { type: "button", hidden: true });
  if (texts.length) {
    texts[0].closest("section").querySelector("h2").append(" ", back);
    back.addEventListener("click", () => { if (asked) toRow(asked); });
  }
  function toRow(row) {
    if (row.hidden || row.closest(".group").hidden) { only = ""; search.value = ""; if (doubtful) doubtful.checked = false; show(); }
    fold(row.closest(".group"), false); go(row);
  }
  function first(row, side) {
    const links = ["td p a", "q a", "u a"].flatMap((kind) => Array.from(row.querySelectorAll(kind))), chosen = row.querySelector("[aria-pressed=true]");
    if (chosen) links.unshift(chosen.parentNode.querySelector("a"));
    return links.map((link) => document.getElementById(link.hash.slice(1))).find((place) => place && place.closest("#text-" + side));
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || link.closest(".tiles")) return;
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    if (target.matches(".t-changes tbody tr")) {
      const pane = link.closest(".text");
      if (seeking && pane && pane.id === "text-" + otherSide(seeking)) {
        const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, ""), side = otherSide(seeking);
        const clauses = clausesOf(target, side), row = seeking;
        found(row, clauses.find((text) => letters(text) === letters(link.textContent)) || clauses[0]);
      } else toRow(target);
    } else if (target.closest(".text")) {
      asked = link.closest(".group tbody tr"); back.hidden = asked === null;
      const side = target.closest(".text").id === "text-old" ? "new" : "old", other = asked && first(asked, side);
      reveal(other ? [target, other] : [target]);
    }
  });
  function found(row, text) {
    document.querySelectorAll(".sought").forEach((pane) => pane.classList.remove("sought"));
    seeking = null;
    link(row, text); toRow(row);
  }
  show();
}());
