// Takes a file dropped on the frame around a file input, and says which file was chosen and how large
// it is. Without this module the input works as browsers make it.

const UNITS = ["bytes", "KiB", "MiB", "GiB"];

function size(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

function bind(zone) {
  const input = zone.querySelector("input[type=file]");
  const status = zone.querySelector("[aria-live]");

  const say = () => {
    const [file] = input.files;
    status.textContent = file ? `${file.name}, ${size(file.size)}` : "Or drop the file here.";
  };
  const over = (on) => zone.classList.toggle("drop--over", on);

  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length === 1) {
      input.files = event.dataTransfer.files;
      say();
    } else {
      status.textContent = "One file at a time.";
    }
  });
  input.addEventListener("change", say);
  say();
}

document.querySelectorAll('[data-module~="dropzone"]').forEach(bind);
