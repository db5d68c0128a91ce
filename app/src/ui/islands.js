// An island that something else changes before the wasm is there (a translator, a password manager) stays the plain form it is:
// Leptos would take other elements for its own.
const observer = new MutationObserver((changes) => {
  if (document.documentElement.hasAttribute("data-hydrating")) {
    observer.disconnect();
    return;
  }
  for (const { target } of changes) {
    target.closest("leptos-island")?.removeAttribute("data-component");
  }
});
for (const island of document.querySelectorAll("leptos-island")) {
  observer.observe(island, { childList: true, subtree: true });
}
