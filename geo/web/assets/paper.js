/* On paper: the whole theatre and the key, whatever part of them the screen shows. */
/** @import { ClaimsClock } from "./clock.js" */

class Paper {
  /** @param {ClaimsClock} clock @param {HTMLElement} holder */
  constructor(clock, holder) {
    const { dataset } = document.documentElement;
    // In the app, which prints on pages of its own what is said of a place.
    holder.classList.toggle("claims-framed", window.frameElement !== null);
    let restore = () => {};
    window.addEventListener("beforeprint", () => {
      const { maps, panel } = clock;
      const { theme } = dataset;
      const { isOpen } = panel;
      const [centre, zoom] = maps.at;
      restore = () => {
        dataset.theme = theme;
        panel.open(isOpen);
        holder.classList.remove("claims-paper");
        maps.paper = false;
        maps.arrange();
        maps.lead.map.setView(centre, zoom, { animate: false });
        clock.paint();
      };
      dataset.theme = "light";
      panel.open(true);
      // A size of its own, known before the page is laid out for paper.
      holder.classList.add("claims-paper");
      maps.paper = true;
      maps.arrange();
      maps.showAll();
      clock.paint();
      clock.say();
    });
    window.addEventListener("afterprint", () => restore());
  }
}

export { Paper };
