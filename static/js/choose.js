// Puts a box into a table's first heading that ticks every payout of the page, and counts what is
// chosen beside the acts. Without this module each payout is ticked by itself.

function bind(form) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];
  const heading = boxes[0]?.closest("table")?.querySelector("thead th");
  if (!heading) return;

  const label = document.createElement("label");
  label.className = "chosen__all";
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Choose every payout of this page");
  label.append(all, ...heading.childNodes);
  heading.append(label);

  const count = document.createElement("p");
  count.className = "chosen__count small";
  count.setAttribute("aria-live", "polite");
  form.prepend(count);

  const say = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    count.textContent = chosen === 0 ? "None chosen" : `${chosen} chosen`;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    say();
  });
  for (const box of boxes) box.addEventListener("change", say);
  say();
}

document.querySelectorAll('form[data-module~="choose"]').forEach(bind);
