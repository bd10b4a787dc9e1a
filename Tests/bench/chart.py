"""A bar chart as SVG, readable on light and dark ground."""
from html import escape

LABEL, BAR, VALUE, LINE = 220, 420, 80, 26


def bar_chart(title, bars):
    """bars: (label, value), each value above 0. The scale is linear; what is much too long is cut off, and says so."""
    limit = sorted(value for _, value in bars)[-1]
    if limit > 70:
        limit = 70.0
    height = LINE * (len(bars) + 2)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABEL + BAR + VALUE}" height="{height}" '
             f'font-family="sans-serif" font-size="13"><style>text{{fill:#333}}@media(prefers-color-scheme:dark)'
             f'{{text{{fill:#ddd}}}}</style>',
             f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>']
    for row, (label, value) in enumerate(bars):
        y = LINE * (row + 1) + 10
        width = max(1.0, BAR * min(value, limit) / limit)
        colour = "#2a7de1" if label.startswith("libmcpauth") else "#9aa5b1"
        parts.append(f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<rect x="{LABEL}" y="{y + 2}" width="{width:.1f}" height="{LINE - 8}" fill="{colour}"/>')
        if value > limit:
            parts.append(f'<path d="M{LABEL + BAR - 14} {y} l6 {LINE - 4} h4 l-6 -{LINE - 4} z" fill="#fff"/>')
        parts.append(f'<text x="{LABEL + width + 6:.1f}" y="{y + 14}">{value:.1f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
