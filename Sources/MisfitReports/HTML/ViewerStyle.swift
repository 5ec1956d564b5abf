/// The style of thumbnails and of the viewer of images.
enum ViewerStyle {
  /// All rules, in cascading order.
  static let text = """
    .shot { display: inline-block; color: inherit; text-decoration: none; cursor: zoom-in; }
    .shot img { display: block; width: 96px; height: 72px; object-fit: contain; background: var(--soft);
      border-radius: 4px; }
    td .shot { vertical-align: top; }
    .strip > div { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 10px; }
    .strip .shot { width: 156px; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 8px; font-size: 0.85rem; line-height: 1.35; }
    .strip .shot.marked { border-bottom: 3px solid var(--alert); }
    .strip .shot img { width: 100%; height: 120px; image-rendering: pixelated; }
    .strip .shot span { display: block; margin-top: 4px; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap; }
    .strip .shot:hover { border-color: var(--accent); }
    .viewer { width: 96vw; height: 94vh; max-width: none; max-height: none; padding: 14px 18px; border: 0;
      border-radius: 12px; background: #14171b; color: #e5e8ec; flex-direction: column; gap: 10px; }
    .viewer[open] { display: flex; }
    .viewer::backdrop { background: rgb(0 0 0 / 0.6); }
    .viewer p { white-space: pre-line; }
    .viewer .top { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; }
    .viewer .top > div { flex: 1 1 20rem; min-width: 0; }
    .viewer .name { font-weight: 650; }
    .viewer .name.marked::after { content: " \\25CF"; color: #f28b7d; }
    .viewer .detail, .viewer .keys { color: #9ca6b2; font-size: 0.85rem; }
    .viewer button, .viewer .top a { padding: 4px 11px; border: 1px solid #3a424c; border-radius: 6px;
      background: #1c2026; color: inherit; font: inherit; font-size: 0.9rem; cursor: pointer;
      text-decoration: none; }
    .viewer button:hover, .viewer .top a:hover { border-color: #66b5e6; }
    .viewer label { display: flex; align-items: center; gap: 8px; font-size: 0.9rem; }
    .viewer .panes { flex: 1; min-height: 0; display: grid; gap: 10px; grid-auto-rows: minmax(0, 1fr);
      grid-template-columns: repeat(2, minmax(0, 1fr)); }
    @media (min-aspect-ratio: 21/10) { .viewer .panes { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
    .viewer figure { display: flex; flex-direction: column; width: auto; min-width: 0; min-height: 0;
      padding: 0; border: 0; border-radius: 6px; background: none; color: inherit; }
    .viewer figure[hidden] { display: none; }
    .viewer figcaption { margin: 0 0 4px; color: #9ca6b2; inline-size: auto; }
    .viewer .view { position: relative; flex: 1; min-height: 0; overflow: hidden; border-radius: 6px;
      background: #0b0d10; cursor: grab; touch-action: none; }
    .viewer .view img { position: absolute; inset: 0; width: 100%; height: 100%; max-width: none; margin: 0;
      border-radius: 0; object-fit: contain; transform-origin: 0 0; user-select: none; }
    .viewer .view img.large { image-rendering: pixelated; }
    @media print { .viewer { display: none; } }

    """
}
