// Follows long work. Reads the element's data-source as server-sent events; where the stream ends or
// can't be had, asks for the same JSON every two seconds. Reloads when the status is another, because
// the page of the new status is made by the server. Without this module the page reloads itself.

const ASK_EVERY_MS = 2000;
const SPEAK_EVERY_MS = 10000;

const number = new Intl.NumberFormat("en");

function words(kind, state, total) {
  if (kind === "payouts") {
    const failed = state.failed ? ` · ${number.format(state.failed)} failed` : "";
    return `${number.format(state.paid)} of ${number.format(total)} paid${failed}`;
  }
  const faults = state.faults ? ` · ${number.format(state.faults)} need correcting` : "";
  const of = total ? ` of ${number.format(total)}` : "";
  return `${number.format(state.rows_done)}${of} rows checked${faults}`;
}

function show(element, state) {
  const { kind, status } = element.dataset;
  if (state.status !== status) {
    location.reload();
    return;
  }
  const bar = element.querySelector("progress");
  const done = kind === "payouts" ? state.paid + state.failed : state.rows_done;
  // While it is paid, the page knows how many of its rows there are to pay.
  const total = kind === "payouts" ? bar.max : state.rows_total;
  if (total > 0) {
    bar.max = total;
    bar.value = Math.min(done, total);
  }
  if (total > 0 || done > 0) {
    const text = words(kind, state, total);
    element.querySelector("[data-counts]").textContent = text;
    element.querySelector("[data-pace]").textContent = state.pace;
    speak(element, state.pace ? `${text}. ${state.pace}` : text);
  }
}

// A screen reader that is told every change can't be used; ten seconds leave it room.
function speak(element, text) {
  const now = Date.now();
  const last = Number(element.dataset.spokenAt ?? 0);
  if (now - last >= SPEAK_EVERY_MS) {
    element.dataset.spokenAt = String(now);
    element.querySelector("[data-spoken]").textContent = text;
  }
}

async function ask(element) {
  try {
    const answer = await fetch(element.dataset.source, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      show(element, await answer.json());
    }
  } catch {
    // The network is away: the next turn asks again.
  }
  setTimeout(() => ask(element), ASK_EVERY_MS);
}

function follow(element) {
  const stream = new EventSource(element.dataset.source);
  stream.addEventListener("message", (event) => show(element, JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    stream.close();
    setTimeout(() => ask(element), ASK_EVERY_MS);
  });
}

document.querySelectorAll('[data-module~="progress"]').forEach(follow);
