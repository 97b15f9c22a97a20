/* What the page around the map needs: the role of a field, and long tables for paper. */

/* Streamlit says of its field for files, which has a name and the focus, that it is nothing. */
const NOTHING = '[data-testid="stFileUploaderDropzone"][role="presentation"]';
new MutationObserver(() => {
  for (const field of document.querySelectorAll(NOTHING)) field.setAttribute("role", "group");
}).observe(document.body, { childList: true, subtree: true });

/* A long table is fetched when it is printed; printing does not wait, so the page has to. */
addEventListener("beforeprint", () => {
  /** @type {NodeListOf<HTMLElement>} */
  const tables = document.querySelectorAll("[data-paper]");
  for (const table of tables) {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname.replace(/\/?$/, table.dataset.paper ?? ""), false);
    try {
      request.send();
    } catch {
      continue;
    }
    if (request.status !== 200) continue;
    const words = [...table.childNodes];
    table.replaceChildren(...new DOMParser().parseFromString(request.responseText, "text/html").body.childNodes);
    addEventListener("afterprint", () => table.replaceChildren(...words), { once: true });
  }
});
