// What the frame of a page does without wasm. The palette opens at once, and loads the wasm that answers in it, unless the
// page has loaded it for other islands.
const open = (event) => {
  event.preventDefault();
  const palette = document.getElementById("palette");
  if (palette.open) return;
  palette.showModal();
  palette.querySelector("input").select();
  if (!document.querySelector("script[data-wasm]")) {
    document.body.append(document.getElementById("wasm").content.cloneNode(true));
  }
};
const link = document.querySelector(".find");
if (/Mac|iP/.test(navigator.platform)) link.querySelector("kbd").textContent = "⌘K";
link.addEventListener("click", (event) => {
  if (!(event.ctrlKey || event.metaKey || event.shiftKey)) open(event);
});
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") open(event);
});
addEventListener("click", ({ target }) => {
  if (target.id === "palette" || target.closest("[data-close]")) document.getElementById("palette").close();
});

// A menu closes by Escape and by a click elsewhere.
const menus = () => document.querySelectorAll("details:is(.dropdown, .menu)[open]");
addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    if (menu.contains(target)) menu.querySelector("summary").focus();
  }
});
addEventListener("click", ({ target }) => {
  for (const menu of menus()) if (!menu.contains(target)) menu.open = false;
});

// A filter applies when it is changed, and keeps the focus on the page that follows.
const changed = "usher-filter";
document.getElementById(sessionStorage.getItem(changed))?.focus();
sessionStorage.removeItem(changed);
addEventListener("change", ({ target }) => {
  if (target.matches("form[data-filters] select")) {
    sessionStorage.setItem(changed, target.id);
    target.form.requestSubmit();
  }
});
