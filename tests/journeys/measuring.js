// What the eye and the finger meet on the open page. Each function returns sentences about what is wrong.
(() => {
  const shown = (one) => one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})
    && !one.closest('.unseen, option, datalist, head');
  const named = (one) => `<${one.tagName.toLowerCase()}${one.className ? ' ' + one.className : ''}> `
    + (one.textContent || one.name || '').trim().replace(/\s+/g, ' ').slice(0, 40);
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const CONTROLS = 'a[href], button, select, textarea, summary, input:not([type=hidden])';

  const numbers = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number);
    return found.length === 3 ? [...found, 1] : found;
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((one, at) => one * a + under[at] * (1 - a));
  const canvas = () => matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  // The colour behind an element, through everything that lets light through.
  const behind = (one) => one ? over(numbers(getComputedStyle(one).backgroundColor), behind(one.parentElement)) : canvas();

  // Relative luminance and contrast as WCAG 2.2 defines them; colours are three numbers from 0 to 255.
  const luminance = (colour) => {
    const [r, g, b] = colour.map((one) => one / 255)
      .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const against = (colour, under) => contrast(over(numbers(colour), under), under);

  const written = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.data.trim() && shown(node.parentElement)) found.push(node);
    }
    return found;
  };
  const boxes = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((box) => box.width);
  };

  // A link that is part of a sentence is excepted (WCAG 2.5.5, "Inline"): it is laid out as text, not as a box, and
  // the block that it stands in holds other words too. A link that is all its block says is no sentence.
  const inSentence = (one) => {
    if (one.tagName !== 'A' || getComputedStyle(one).display !== 'inline') return false;
    const block = one.parentElement.closest('p, li, dd, td, div, h1, h2, h3');
    if (!block) return false;
    const letters = (text) => text.replace(/\s/g, '').length;
    const links = [...block.querySelectorAll('a')].map((link) => link.textContent).join('');
    return letters(block.textContent) > letters(links);
  };

  return {
    texts(least, leastLarge) {
      const wrong = new Set();
      const look = (one, colour) => {
        const style = getComputedStyle(one), size = parseFloat(style.fontSize);
        const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? leastLarge : least;
        const found = against(colour, behind(one));
        if (found < wanted) wrong.add(`${named(one)}: ${found.toFixed(2)} is less than ${wanted}`);
      };
      for (const node of written()) look(node.parentElement, getComputedStyle(node.parentElement).color);
      for (const one of all('input:not([type=hidden]), select, textarea')) look(one, getComputedStyle(one).color);
      for (const one of all('li')) look(one, getComputedStyle(one, '::marker').color);
      return [...wrong];
    },

    // The line around a control, or its own face where it has one, must stand out from what lies around it. A small
    // choice under a date has no line of its own: the browser's box in it is what people see.
    edges(least) {
      const wrong = new Set();
      const selector = 'button, .button, .pick, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox])';
      for (const one of all(selector).filter((one) => !one.matches('.plain, .date ~ .pick'))) {
        const style = getComputedStyle(one), around = behind(one.parentElement);
        const drawn = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0;
        const found = Math.max(drawn ? against(style.borderTopColor, around) : 1, contrast(behind(one), around));
        if (found < least) wrong.add(`the edge of ${named(one)}: ${found.toFixed(2)} is less than ${least}`);
      }
      return [...wrong];
    },

    // What has the focus wears a ring that is seen, and does not lie under the bar at the top (WCAG 2.4.11, 2.4.13).
    rings(least) {
      const wrong = new Set(), bar = document.querySelector('header.top');
      for (const one of all(CONTROLS).filter((one) => one.tabIndex >= 0)) {
        one.focus();
        const style = getComputedStyle(one), found = against(style.outlineColor, behind(one.parentElement));
        if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.add(`no ring around ${named(one)}`);
        else if (found < least) wrong.add(`the ring of ${named(one)}: ${found.toFixed(2)} is less than ${least}`);
        const below = !bar || bar.contains(one) || !scrollY
          || one.getBoundingClientRect().top >= bar.getBoundingClientRect().bottom;
        if (!below) wrong.add(`${named(one)} has the focus under the bar`);
      }
      document.activeElement.blur();
      scrollTo(0, 0);
      return [...wrong];
    },

    targets(least) {
      const wrong = new Set();
      for (const one of all(CONTROLS).filter((one) => !one.matches('.skip:not(:focus)') && !inSentence(one))) {
        const touched = (one.matches('[type=radio], [type=checkbox]') && one.closest('label')) || one;
        const {width, height} = touched.getBoundingClientRect();
        if (width < least || height < least) wrong.add(`${named(touched)} is ${width.toFixed(1)} by ${height.toFixed(1)}`);
      }
      return [...wrong];
    },

    fits() {
      const wrong = new Set(), wide = document.documentElement.clientWidth, page = document.scrollingElement;
      if (page.scrollWidth > wide) wrong.add(`the page is ${page.scrollWidth - wide} wider than its window`);
      for (const node of written().filter((node) => !node.parentElement.closest('.skip:not(:focus)'))) {
        const one = node.parentElement;
        const box = one.closest('button, .button, .pick, .keep, .card, .note, .summary, .call, .side, td, th');
        const edge = box ? box.getBoundingClientRect() : {left: 0, right: wide};
        const [start, end] = [Math.max(edge.left, 0) - 1, Math.min(edge.right, wide) + 1];
        if (boxes(node).some(({left, right}) => left < start || right > end)) wrong.add(`the words of ${named(one)} stick out`);
      }
      for (const one of all('main *, footer *, header *, nav *')) {
        const {left, right, width} = one.getBoundingClientRect();
        if (width && (left < -1 || right > wide + 1)) wrong.add(`${named(one)} reaches out of the window`);
      }
      return [...wrong];
    },

    // Wherever somebody has scrolled to, the whole of "Leave now" is in the window, and nothing lies over it.
    wayOut() {
      const wrong = new Set(), way = document.querySelector('.leave button'), page = document.scrollingElement;
      for (const down of way ? [0, page.scrollHeight / 2, page.scrollHeight] : []) {
        scrollTo(0, down);
        const {left, right, top, bottom} = way.getBoundingClientRect();
        if (top < 0 || bottom > innerHeight || left < 0 || right > innerWidth) wrong.add('the way out leaves the window');
        for (const x of [left + 5, (left + right) / 2, right - 5]) for (const y of [top + 5, (top + bottom) / 2, bottom - 5]) {
          if (!way.contains(document.elementFromPoint(x, y))) wrong.add('something lies over the way out');
        }
      }
      scrollTo(0, 0);
      return [...wrong];
    },

    // The strongest contrast of a picture's pixels against its corner.
    async picture(encoded) {
      const image = new Image();
      image.src = 'data:image/png;base64,' + encoded;
      await image.decode();
      const paper = new OffscreenCanvas(image.width, image.height).getContext('2d');
      paper.drawImage(image, 0, 0);
      const {data} = paper.getImageData(0, 0, image.width, image.height), corner = [...data.slice(0, 3)];
      let most = 1;
      for (let at = 0; at < data.length; at += 4) most = Math.max(most, contrast([...data.slice(at, at + 3)], corner));
      return most;
    },
  };
})()
