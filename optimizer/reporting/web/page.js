// Tables sort by a click on a heading and are filtered by words; without scripts they are read as they stand.
(() => {
  "use strict";
  const MARKS = /[\u0300-\u036f]/g;
  const lower = (text) => text.normalize("NFC").toLowerCase();
  const bare = (text) => lower(text).normalize("NFD").replace(MARKS, "").replace(/đ/g, "d");

  // A word typed without marks finds letters with any; one with marks finds only itself.
  const finds = (row, word) => row.lower.includes(word) || (word === bare(word) && row.bare.includes(word));

  function filtering(box, rows) {
    const tools = box.querySelector(".tools");
    const input = tools.querySelector("input");
    const count = tools.querySelector("output");
    const show = () => {
      const words = lower(input.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        row.element.hidden = !words.every((word) => finds(row, word));
        shown += row.element.hidden ? 0 : 1;
      }
      count.textContent = count.dataset.words.replace("{shown}", shown).replace("{all}", rows.length);
    };
    input.addEventListener("input", show);
    tools.hidden = false;
    show();
  }

  // Keys stand in the cells as numbers, so that text, dates and numbers sort alike; blanks come last both ways.
  function sorted(rows, at, way) {
    const keyed = rows.map((row) => [row, row.element.cells[at].dataset.k]);
    const blank = ([, key]) => key === undefined;
    const full = keyed.filter((pair) => !blank(pair));
    full.sort(([, one], [, other]) => way * (one - other));
    return [...full, ...keyed.filter(blank)].map(([row]) => row);
  }

  function sorting(table, rows) {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, at) => {
      const words = document.createElement("span");  // of a button printed pages after the first show nothing
      words.role = "button";
      words.tabIndex = 0;
      words.append(...heading.childNodes);
      heading.append(words);
      words.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        words.click();
      });
      words.addEventListener("click", () => {
        const now = heading.getAttribute("aria-sort");
        const next = now === null ? "ascending" : now === "ascending" ? "descending" : null;
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        if (next !== null) heading.setAttribute("aria-sort", next);
        const order = next === null ? rows : sorted(rows, at, next === "ascending" ? 1 : -1);
        table.tBodies[0].append(...order.map((row) => row.element));
      });
    });
  }

  for (const box of document.querySelectorAll(".long")) {
    const table = box.querySelector("table");
    const rows = [...table.tBodies[0].rows].map((element) => {
      const text = [...element.cells].map((cell) => cell.textContent).join(" ");
      return { element, lower: lower(text), bare: bare(text) };
    });
    filtering(box, rows);
    sorting(table, rows);
  }
})();
