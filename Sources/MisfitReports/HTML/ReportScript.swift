/// The page's only script: it sorts and filters tables.
enum ReportScript {
  /// The script, without `</`, which would end the element.
  ///
  /// The first click on a title sorts numbers largest first and text from A, the second reverses the order,
  /// the third restores the initial order. `Array.prototype.sort` is stable (ECMAScript 2019).
  static let text = #"""

    "use strict";
    for (const box of document.querySelectorAll(".table")) {
      const body = box.querySelector("tbody");
      const original = Array.from(body.rows);
      const headers = Array.from(box.querySelectorAll("thead th"));
      const start = headers.map((header) => header.getAttribute("aria-sort"));
      const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

      const key = (row, column, isNumber) => {
        const cell = row.cells[column];
        if (isNumber) return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
        return cell.classList.contains("missing") ? null : cell.textContent;
      };
      const sorted = (column, isNumber, isDescending) => {
        const sign = isDescending ? -1 : 1;
        return Array.from(body.rows)
          .map((row) => ({ row, value: key(row, column, isNumber) }))
          .sort((a, b) => {
            if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
            if (!isNumber) return sign * collator.compare(a.value, b.value);
            return a.value === b.value ? 0 : a.value < b.value ? -sign : sign;
          })
          .map((entry) => entry.row);
      };
      headers.forEach((header, column) => {
        const isNumber = header.dataset.kind === "n";
        const directions = isNumber ? ["descending", "ascending"] : ["ascending", "descending"];
        header.querySelector("button").addEventListener("click", () => {
          const next = directions[directions.indexOf(header.getAttribute("aria-sort")) + 1];
          headers.forEach((other) => other.removeAttribute("aria-sort"));
          if (next) {
            header.setAttribute("aria-sort", next);
            body.append(...sorted(column, isNumber, next === "descending"));
          } else {
            start.forEach((sort, index) => sort && headers[index].setAttribute("aria-sort", sort));
            body.append(...original);
          }
        });
      });

      const filter = box.querySelector(".filter");
      if (!filter) continue;
      const output = filter.querySelector("output");
      const total = output.textContent;
      let texts = null;
      filter.hidden = false;
      filter.querySelector("input").addEventListener("input", (event) => {
        const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
        texts ??= original.map(
          (row) => Array.from(row.cells, (cell) => cell.textContent).join("\n").toLowerCase());
        let shown = 0;
        original.forEach((row, index) => {
          row.hidden = !words.every((word) => texts[index].includes(word));
          if (!row.hidden) shown += 1;
        });
        output.textContent = words.length ? shown.toLocaleString("en") + " of " + total : total;
      });
    }

    """#
}
