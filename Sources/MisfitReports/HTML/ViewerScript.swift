/// The viewer of images: the original, its reconstruction, the map and the overlay side by side.
enum ViewerScript {
  /// The element of the viewer, closed.
  static let dialog: StaticString = """
    <dialog class="viewer" aria-label="Image"><div class="top"><div><p class="name"></p><p class="detail">\
    </p></div><label>overlay <input type="range" min="0" max="100" value="100" aria-label="Opacity of the \
    overlay"></label><button type="button" data-do="out" aria-label="Zoom out">−</button><button \
    type="button" data-do="in" aria-label="Zoom in">+</button><button type="button" data-do="fit">fit\
    </button><button type="button" data-do="previous" aria-label="Previous image">←</button><button \
    type="button" data-do="next" aria-label="Next image">→</button><button type="button" data-do="close">\
    close</button></div><div class="panes"></div><p class="keys">← → other images, + − 0 zoom, drag to \
    move, o overlay on and off, Esc closes</p></dialog>

    """

  /// The script, without `</`, which would end the element.
  ///
  /// All panes have one size and show images of one shape, so that one zoom and one position hold for all.
  static let text = #"""

    (() => {
      const viewer = document.querySelector(".viewer");
      const find = (selector) => viewer.querySelector(selector);
      const slider = find("input");
      const state = { list: [], index: 0, zoom: 1, x: 0, y: 0 };
      const panes = [["original", ["o"]], ["reconstruction", ["r"]], ["map", ["m"]], ["overlay", ["o", "v"]]]
        .map(([name, layers]) => {
          const figure = document.createElement("figure");
          const caption = document.createElement("figcaption");
          caption.textContent = name;
          const view = document.createElement("div");
          view.className = "view";
          figure.append(caption, view);
          find(".panes").append(figure);
          const images = layers.map((layer) => {
            const image = document.createElement("img");
            image.alt = name;
            image.draggable = false;
            image.addEventListener("load", () => place());
            view.append(image);
            return { image, layer };
          });
          return { figure, view, images };
        });
      const overlay = panes[3].images[1].image;

      const place = () => {
        for (const { view, images } of panes) {
          for (const { image } of images) {
            image.style.transform = `translate(${state.x}px, ${state.y}px) scale(${state.zoom})`;
            image.classList.toggle("large",
              image.naturalWidth > 0 && view.clientWidth * state.zoom > 1.5 * image.naturalWidth);
          }
        }
        overlay.style.opacity = slider.value / 100;
      };
      const zoom = (factor, x, y) => {
        const view = panes[0].view;
        const [cx, cy] = [x ?? view.clientWidth / 2, y ?? view.clientHeight / 2];
        const next = Math.min(64, Math.max(1, state.zoom * factor));
        state.x = cx - (cx - state.x) * next / state.zoom;
        state.y = cy - (cy - state.y) * next / state.zoom;
        state.zoom = next;
        if (next === 1) state.x = state.y = 0;
        place();
      };
      const fit = () => {
        Object.assign(state, { zoom: 1, x: 0, y: 0 });
        place();
      };
      const show = (index) => {
        const count = state.list.length;
        state.index = (index + count) % count;
        const shot = state.list[state.index];
        find(".name").textContent = shot.dataset.title + "  (" + (state.index + 1) + " of " + count + ")";
        find(".name").classList.toggle("marked", shot.classList.contains("marked"));
        find(".detail").textContent = shot.dataset.detail;
        for (const { figure, images } of panes) {
          figure.hidden = !shot.dataset[images[images.length - 1].layer];
          for (const { image, layer } of images) {
            if (shot.dataset[layer]) image.src = shot.dataset[layer]; else image.removeAttribute("src");
          }
        }
        fit();
        // The neighbors are loaded ahead.
        for (const other of [state.index + 1, state.index - 1]) {
          const next = state.list[(other + count) % count];
          for (const layer of ["o", "r", "m", "v"]) {
            if (next.dataset[layer]) new Image().src = next.dataset[layer];
          }
        }
      };
      // The focus is never on the slider for long, so that the arrows change the image.
      const rest = () => find("[data-do=next]").focus();
      const open = (shot) => {
        const box = shot.closest("tbody, .strip");
        state.list = Array.from(box.querySelectorAll(".shot")).filter((other) => !other.closest("[hidden]"));
        viewer.showModal();
        rest();
        show(state.list.indexOf(shot));
      };
      const actions = {
        in: () => zoom(1.5), out: () => zoom(1 / 1.5), fit,
        previous: () => show(state.index - 1), next: () => show(state.index + 1), close: () => viewer.close(),
      };
      const keys = {
        ArrowLeft: actions.previous, ArrowRight: actions.next, "+": actions.in, "=": actions.in,
        "-": actions.out, "0": fit,
        o: () => {
          slider.value = slider.value > 0 ? 0 : 100;
          place();
        },
      };

      document.addEventListener("click", (event) => {
        const shot = event.target.closest(".shot");
        if (!shot || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        open(shot);
      });
      viewer.addEventListener("click", (event) => {
        actions[event.target.dataset.do]?.();
        if (event.target === viewer) {
          const box = viewer.getBoundingClientRect();
          if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top
            || event.clientY > box.bottom) viewer.close();
        }
      });
      viewer.addEventListener("keydown", (event) => {
        const action = keys[event.key];
        if (!action || (event.target === slider && event.key.startsWith("Arrow"))) return;
        event.preventDefault();
        action();
      });
      viewer.addEventListener("close", () => state.list[state.index]?.scrollIntoView({ block: "nearest" }));
      slider.addEventListener("input", place);
      slider.addEventListener("change", rest);
      addEventListener("resize", place);
      for (const { view } of panes) {
        view.addEventListener("wheel", (event) => {
          event.preventDefault();
          const box = view.getBoundingClientRect();
          zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - box.left, event.clientY - box.top);
        }, { passive: false });
        view.addEventListener("pointerdown", (event) => view.setPointerCapture(event.pointerId));
        view.addEventListener("pointermove", (event) => {
          if (!event.buttons || state.zoom === 1) return;
          state.x += event.movementX;
          state.y += event.movementY;
          place();
        });
      }
    })();

    """#
}
