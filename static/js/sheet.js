// Makes the table to type in a small spreadsheet: cells copied elsewhere spread over it from the cell
// they are pasted into, rows are added as they are needed, Enter and the arrows go up and down. A first
// line of headings says which column is which. Without this module cells are typed one by one, or rows
// go into the box below.

const ROWS_MAX = 500;
const TEXT_BYTES_MAX = 1 << 20;

// As headings are compared by the server: letters and digits alone.
const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

// Cells as a clipboard has them: tabs between, quotes around what holds tabs, quotes or line breaks.
function cells(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    const row = rows[rows.length - 1];
    const last = row.length - 1;
    if (quoted) {
      if (letter !== '"') row[last] += letter;
      else if (text[at + 1] === '"') {
        row[last] += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && row[last] === "") quoted = true;
    else if (letter === "\t") row.push("");
    else if (letter === "\n") rows.push([""]);
    else if (letter !== "\r") row[last] += letter;
  }
  return rows.filter((row) => row.some((cell) => cell.trim() !== ""));
}

function bind(form) {
  const table = form.querySelector("table");
  const body = table.tBodies[0];
  const headings = [...table.querySelectorAll("thead th[data-names]")];
  const part = (name) => form.querySelector(`[data-sheet="${name}"]`);
  const status = part("status");
  const box = form.querySelector('textarea[name="rows"]');

  const inputs = (row) => [...row.querySelectorAll("input")];

  const add = () => {
    const row = body.rows[body.rows.length - 1].cloneNode(true);
    const number = String(body.rows.length + 1);
    row.querySelector("th").textContent = number;
    row.querySelectorAll('[data-sheet="number"]').forEach((place) => (place.textContent = number));
    inputs(row).forEach((input) => {
      input.value = "";
      input.setAttribute("value", "");
      input.id = `${input.name}-${number}`;
      input.previousElementSibling.htmlFor = input.id;
    });
    body.append(row);
  };

  const columnOf = (text) => {
    const name = plain(text);
    return name === "" ? -1 : headings.findIndex((heading) => heading.dataset.names.split(/\s+/).includes(name));
  };

  const fill = (row, column, pasted) => {
    const named = pasted[0].map(columnOf);
    const has = named.some((place) => place >= 0);
    const rows = has ? pasted.slice(1) : pasted;
    if (row + rows.length > ROWS_MAX) {
      status.textContent = `${counted(rows.length, "row", "rows")} would be more than the table's ${ROWS_MAX}; nothing was pasted. Paste them into the box below, or upload a file.`;
      return;
    }
    const placed = (right) => (has ? named[right] : column + right);
    const over = new Set();
    rows.forEach((texts, down) => {
      while (body.rows.length <= row + down) add();
      const targets = inputs(body.rows[row + down]);
      texts.forEach((text, right) => {
        const target = targets[placed(right)];
        if (target) target.value = text.trim();
        else if (text.trim() !== "") over.add(right);
      });
    });
    const left = over.size === 0 ? "" : ` ${counted(over.size, "column", "columns")} had no place in the table and stayed out.`;
    status.textContent = `${counted(rows.length, "row", "rows")} pasted.${left}`;
  };

  table.addEventListener("paste", (event) => {
    const input = event.target.closest("input");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!input || !/[\t\n]/.test(text.trim())) return;
    const pasted = cells(text);
    if (pasted.length === 0) return;
    event.preventDefault();
    const row = input.closest("tr");
    fill(row.sectionRowIndex, inputs(row).indexOf(input), pasted);
  });

  // Enter would send half a table; in a spreadsheet it goes down.
  table.addEventListener("keydown", (event) => {
    const input = event.target.closest("input");
    if (!input || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const isDown = event.key === "Enter" && !event.shiftKey;
    const isUp = event.key === "Enter" && event.shiftKey;
    // A list of choices is walked with the arrows.
    const arrow = input.hasAttribute("list") ? "" : event.key;
    const step = isDown || arrow === "ArrowDown" ? 1 : isUp || arrow === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const row = input.closest("tr");
    const to = row.sectionRowIndex + step;
    if (to === body.rows.length && isDown && to < ROWS_MAX) add();
    body.rows[to] && inputs(body.rows[to])[inputs(row).indexOf(input)].focus();
  });

  box.addEventListener("input", () => {
    const size = new TextEncoder().encode(box.value).length;
    const told = `These rows are ${Math.ceil(size / 1024)} KiB of text; the limit is ${TEXT_BYTES_MAX / 1024} KiB at a time. Save them as a file and upload that.`;
    box.setCustomValidity(size > TEXT_BYTES_MAX ? told : "");
    box.reportValidity();
  });

  part("hint").textContent += " Cells copied from a spreadsheet spread from where you paste them.";
  const more = part("more");
  if (more) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Add 10 rows";
    button.addEventListener("click", () => {
      const first = body.rows.length;
      // On a narrow page empty rows come one by one; who asks for ten sees them.
      table.classList.add("sheet__table--all");
      for (let n = 0; n < 10 && body.rows.length < ROWS_MAX; n += 1) add();
      inputs(body.rows[first] ?? body.rows[0])[0].focus();
    });
    more.replaceWith(button);
  }
}

document.querySelectorAll('[data-module~="sheet"]').forEach(bind);
