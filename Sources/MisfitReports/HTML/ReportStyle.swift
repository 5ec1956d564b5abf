/// The page's style sheet.
///
/// Colors are those of the plots (blue for data, red for anomalies), with at least 4.5 to 1 contrast for text
/// in both color schemes.
enum ReportStyle {
  /// All rules, in cascading order.
  static let text = "\n" + colors + page + facts + figures + notes + tables + filter + narrow + paper

  private static let colors = """
    :root {
      color-scheme: light dark;
      --page: #f6f7f8; --card: #ffffff; --ink: #1c2127; --muted: #58616c; --line: #dfe3e8;
      --soft: #eef1f4; --accent: #0072b2; --alert: #b83227; --bar-fill: rgb(0 114 178 / 0.16);
      --note: #eaf3f9; --warning: #fdf3e3; --warning-line: #c77d0a;
      --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --page: #14171b; --card: #1c2026; --ink: #e5e8ec; --muted: #9ca6b2; --line: #2f353d;
        --soft: #252b32; --accent: #66b5e6; --alert: #f28b7d; --bar-fill: rgb(102 181 230 / 0.24);
        --note: #1b2a35; --warning: #30281a; --warning-line: #e0a23c;
      }
    }

    """

  private static let page = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
      overflow-wrap: anywhere;
    }
    main { max-width: 1080px; margin: 0 auto; padding: 56px 32px 72px; }
    p { margin: 0; }
    a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    header { margin-bottom: 40px; }
    .kicker {
      color: var(--accent); font-size: 0.8rem; font-weight: 650; letter-spacing: 0.07em;
      text-transform: uppercase; margin-bottom: 6px;
    }
    h1 { margin: 0; font-size: clamp(1.7rem, 4vw, 2.3rem); line-height: 1.2; font-weight: 700;
      letter-spacing: -0.015em; text-wrap: balance; }
    .subtitle { color: var(--muted); font-size: 1.05rem; margin-top: 8px; max-width: 75ch; }
    .date { color: var(--muted); font-size: 0.9rem; margin-top: 4px; }
    .lead {
      margin-top: 28px; padding-left: 20px; border-left: 4px solid var(--accent); max-width: 62ch;
      font-size: clamp(1.15rem, 2.4vw, 1.4rem); line-height: 1.45; font-weight: 500; white-space: pre-line;
      text-wrap: pretty;
    }
    nav ul { display: flex; flex-wrap: wrap; gap: 6px 24px; margin: 0 0 8px; padding: 12px 0;
      list-style: none; border-block: 1px solid var(--line); font-size: 0.92rem; }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    section { margin-top: 48px; }
    header + section { margin-top: 0; }
    h2 { margin: 0 0 16px; font-size: 1.3rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
    section > * + *:not(h2) { margin-top: 20px; }
    section > h2 + * { margin-top: 0 !important; }
    .text { max-width: 75ch; white-space: pre-line; }
    .caption { font-weight: 600; font-size: 0.95rem; }
    .strong { font-weight: 650; }
    .quiet { color: var(--muted); }
    .alert { color: var(--alert); font-weight: 600; }
    body > main > footer { margin-top: 64px; padding-top: 16px; border-top: 1px solid var(--line);
      color: var(--muted); font-size: 0.875rem; }

    """

  private static let facts = """
    dl, dd, dt { margin: 0; }
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 168px), 1fr));
      gap: 12px; }
    .cards div { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 14px 18px 15px; }
    .cards dt { color: var(--muted); font-size: 0.85rem; }
    .cards dd { font-size: 1.45rem; line-height: 1.3; font-weight: 650; font-variant-numeric: tabular-nums;
      margin-top: 2px; }
    .cards dd.words { font-size: 1.05rem; line-height: 1.4; }
    .cards dd.quiet { font-weight: 500; }
    .cards dd.detail { color: var(--muted); font-size: 0.85rem; line-height: 1.4; font-weight: 400; }
    .list { display: grid; gap: 0; background: var(--card); border: 1px solid var(--line);
      border-radius: 10px; padding: 6px 20px; font-size: 0.95rem; }
    .list div { display: grid; grid-template-columns: minmax(9rem, 15rem) 1fr; gap: 2px 24px;
      padding: 8px 0; }
    .list div + div { border-top: 1px solid var(--line); }
    .list dt { color: var(--muted); }
    .list dd { font-variant-numeric: tabular-nums; white-space: pre-line; }
    .list dd.detail { grid-column: 2; color: var(--muted); font-size: 0.9em; }
    .files { list-style: none; margin: 0; padding: 0; display: grid; gap: 6px; font-size: 0.95rem; }
    .files li { display: flex; flex-wrap: wrap; gap: 0 16px; }
    .files a { font-family: var(--mono); font-size: 0.92em; min-width: 14rem; }
    .files span { color: var(--muted); }

    """

  private static let figures = """
    figure { margin: 0; width: fit-content; max-width: 100%; min-width: min(100%, 180px);
      background: #ffffff;
      color: #1c2127; border: 1px solid var(--line); border-radius: 10px; padding: 16px; }
    figure img { display: block; max-width: 100%; height: auto; border-radius: 2px; margin: 0 auto; }
    /* A caption takes the width of its picture, and does not widen the card. */
    figcaption { inline-size: 0; min-inline-size: 100%; margin-top: 12px; color: #58616c; font-size: 0.9rem;
      line-height: 1.45; white-space: pre-line; }
    .gallery { display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--column)), 1fr)); gap: 16px; }
    .gallery figure { width: auto; }
    figure.wide { width: auto; padding: 20px; }
    .wide figcaption { inline-size: auto; min-inline-size: 0; max-width: var(--width); margin-inline: auto;
      }

    """

  private static let notes = """
    .note { background: var(--note); border-left: 4px solid var(--accent); border-radius: 6px;
      padding: 12px 18px; }
    .note p { max-width: 80ch; white-space: pre-line; }
    .note.warning { background: var(--warning); border-left-color: var(--warning-line); }
    .code .caption { margin-bottom: 8px; }
    pre { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 14px 18px;
      overflow-x: auto; overflow-wrap: normal; font: 0.875rem/1.5 var(--mono); tab-size: 4; }
    code { font-family: inherit; }

    """

  private static let tables = """
    .table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden;
      }
    .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 24px; padding: 12px 16px;
      border-bottom: 1px solid var(--line); }
    .scroll { overflow-x: auto; }
    .scroll:focus-visible { outline-offset: -2px; }
    .long { max-height: min(75vh, 820px); overflow-y: auto; }
    table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 0.9rem;
      line-height: 1.45; }
    th { position: sticky; top: 0; z-index: 1; padding: 0; background: var(--soft);
      border-bottom: 1px solid var(--line); text-align: start; vertical-align: bottom; font-weight: 600; }
    th button { display: flex; align-items: flex-end; gap: 6px; width: 100%; min-width: max-content;
      padding: 9px 14px;
      border: 0; background: none; color: inherit; font: inherit; text-align: inherit; cursor: pointer; }
    th.end button { flex-direction: row-reverse; }
    th button:hover { color: var(--accent); }
    th button:focus-visible { outline-offset: -2px; }
    th button span { max-width: 22rem; overflow: hidden; display: -webkit-box;
      -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
    th button::after { content: "\\2195"; color: var(--muted); opacity: 0.45; font-weight: 400; }
    th[aria-sort] button::after { color: var(--accent); opacity: 1; }
    th[aria-sort="ascending"] button::after { content: "\\2191"; }
    th[aria-sort="descending"] button::after { content: "\\2193"; }
    td { padding: 8px 14px; border-bottom: 1px solid var(--line); vertical-align: top;
      white-space: pre-line; max-width: 34rem; }
    tbody tr:last-child td { border-bottom: 0; }
    tbody tr:hover td { background-color: var(--soft); }
    th.end, td.end { text-align: end; }
    td.n { font-variant-numeric: tabular-nums; white-space: pre; }
    td.missing { color: var(--muted); }
    td.barred { min-width: 9rem; background-image: linear-gradient(var(--bar-fill), var(--bar-fill));
      background-repeat: no-repeat;
      background-size: calc((100% - 12px) * var(--part)) calc(1.45em + 4px); background-position: 6px 6px; }
    .empty { padding: 10px 14px; color: var(--muted); font-size: 0.9rem; }
    td:first-child { border-left: 3px solid transparent; }
    tr.marked td:first-child { border-left-color: var(--alert); }

    """

  private static let filter = """
    .filter { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; margin-left: auto; }
    .filter[hidden], tr[hidden] { display: none; }
    .filter output { color: var(--muted); font-size: 0.875rem; font-variant-numeric: tabular-nums; }
    .filter input { width: 15rem; max-width: 100%; padding: 5px 10px; border: 1px solid var(--line);
      border-radius: 6px; background: var(--page); color: inherit; font: inherit; font-size: 0.9rem; }

    """

  private static let narrow = """
    @media (max-width: 640px) {
      main { padding: 32px 16px 48px; }
      section { margin-top: 36px; }
      .cards { grid-template-columns: repeat(auto-fit, minmax(min(100%, 136px), 1fr)); }
      .cards div { padding: 11px 14px 12px; }
      .cards dd { font-size: 1.2rem; }
      .list div { grid-template-columns: 1fr; }
      .list dd.detail { grid-column: 1; }
      figure { padding: 10px; }
      td { max-width: 26rem; padding: 7px 10px; }
      th button { padding: 8px 10px; }
      .filter { margin-left: 0; }
    }

    """

  private static let paper = """
    @media print {
      :root { color-scheme: light; --page: #ffffff; }
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      nav, .filter { display: none; }
      .long { max-height: none; overflow: visible; }
      .scroll, .table { overflow: visible; }
      th { position: static; }
      /* Chromium leaves buttons out where it repeats the header on the next sheet. */
      th button, th button span { display: contents; }
      th { padding: 7px 14px; min-width: 0 !important; }
      th button::after { content: none !important; }
      thead { display: table-header-group; }
      figure, .cards div, .note, .code, tr { break-inside: avoid; }
      h2, .bar { break-after: avoid; }
      .cards div, .note, td.barred, th, tr.marked td { print-color-adjust: exact;
        -webkit-print-color-adjust: exact; }
    }

    """
}
