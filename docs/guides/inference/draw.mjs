// Draws the pictures of the inference guide: `node docs/guides/inference/draw.mjs` writes them beside this file.

import { writeFileSync } from 'node:fs';

const STYLE = `
    .page { fill: #ffffff; stroke: #d5dde6 }
    .room { fill: #f6f8fb; stroke: #8aa0b8; stroke-width: 1.5 }
    .shared { fill: #fdf3e1; stroke: #c9a36b; stroke-width: 1.5 }
    .good { fill: #dcebdc; stroke: #6f9a6f; stroke-width: 1.5 }
    .bad { fill: #f6dcd8; stroke: #b4675c; stroke-width: 1.5 }
    .cell { fill: #ffffff; stroke: #c3cfdb }
    .frame { fill: none; stroke: #5b7083; stroke-width: 1.6 }
    .name { font-weight: 700; fill: #1d2b3a }
    .title { font-weight: 700; font-size: 14px; fill: #1d2b3a }
    .what { fill: #4a5a6a; font-size: 12px }
    .code { fill: #1d2b3a; font-size: 12px; font-family: ui-monospace, monospace }
    .arrow { stroke: #5b7083; stroke-width: 1.6; fill: none; marker-end: url(#head) }
    .line { stroke: #8aa0b8; stroke-width: 1; fill: none }
    .strong { stroke: #b07d2b; stroke-width: 2.4; fill: none }
    .dash { stroke-dasharray: 5 4 }
    .head { fill: #5b7083 }
    @media (prefers-color-scheme: dark) {
      .page { fill: #131b24; stroke: #2c3a49 }
      .room { fill: #1c2632; stroke: #5b7083 } .shared { fill: #3d301b }
      .good { fill: #2c4a2f } .bad { fill: #55302b }
      .cell { fill: #131b24; stroke: #3a4a5b }
      .frame, .arrow { stroke: #8aa0b8 } .head { fill: #8aa0b8 } .line { stroke: #5b7083 }
      .strong { stroke: #dba94e }
      .name, .title, .code { fill: #e8eef5 } .what { fill: #b3c0cd }
    }`;

function picture(name, width, height, label, parts) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13">
  <style>${STYLE}
  </style>
  <defs>
    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
      <path class="head" d="M0 0L10 5L0 10z"/>
    </marker>
  </defs>
  <rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
  ${parts.flat(3).join('\n  ')}
</svg>
`;
  writeFileSync(new URL(`${name}.svg`, import.meta.url), svg);
}

const escaped = (value) => String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const text = (x, y, value, kind = 'what', anchor = 'start') =>
  `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}" xml:space="preserve">${escaped(value)}</text>`;
const lines = (x, y, values, kind = 'what', anchor = 'start', step = 18) =>
  values.map((value, i) => text(x, y + i * step, value, kind, anchor));
const rect = (x, y, width, height, kind, radius = 0) =>
  `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`;
const circle = (x, y, radius, kind) => `<circle class="${kind}" cx="${x}" cy="${y}" r="${radius}"/>`;
const path = (d, kind) => `<path class="${kind}" d="${d}"/>`;
const range = (count) => Array.from({ length: count }, (_, i) => i);

/** A grid of cells; `show(row, column)` gives the class of a cell and what stands in it. */
function grid(x, y, rows, columns, size, show) {
  return range(rows).map((r) =>
    range(columns).map((c) => {
      const [kind, value] = show(r, c);
      const cell = rect(x + c * size, y + r * size, size, size, kind);
      if (value === undefined) return cell;
      return [cell, text(x + (c + 0.5) * size, y + (r + 0.5) * size + 4.5, value, 'code', 'middle')];
    }),
  );
}

/** A box with a name and lines below it. */
const box = (x, y, width, height, kind, name, what) => [
  rect(x, y, width, height, kind, 8),
  text(x + 14, y + 23, name, 'name'),
  lines(x + 14, y + 43, what),
];

drawModel();
drawAxes();
drawTree();
drawForms();
drawBlock();
drawStep();

function drawModel() {
  const node = (x, y, kind, name) => [circle(x, y, 26, kind), text(x, y + 5, name, 'name', 'middle')];
  const table = (x, y, name) => [
    rect(x - 19, y - 19, 38, 38, 'shared', 6),
    text(x, y + 5, name, 'name', 'middle'),
  ];
  picture('model', 900, 470, 'The generative model over two time steps', [
    text(30, 34, 'The generative model over two time steps', 'title'),
    table(70, 90, 'E'),
    path('M89 90H190', 'arrow'),
    node(218, 90, 'room', 'π'),
    path('M244 90H400', 'arrow'),
    text(322, 80, 'first action', 'what', 'middle'),
    node(428, 90, 'room', 'u₁'),
    path('M428 116V189', 'arrow'),
    table(70, 210, 'D'),
    path('M89 210H190', 'arrow'),
    node(218, 210, 'room', 's₁'),
    path('M244 210H406', 'arrow'),
    table(428, 210, 'B'),
    path('M447 210H608', 'arrow'),
    node(636, 210, 'room', 's₂'),
    path('M662 210H740', 'arrow dash'),
    text(750, 214, '…', 'name'),
    [218, 636].map((x, i) => [
      path(`M${x} 236V281`, 'arrow'),
      table(x, 302, 'A'),
      path(`M${x} 321V364`, 'arrow'),
      node(x, 392, 'good', i === 0 ? 'o₁' : 'o₂'),
    ]),
    table(820, 392, 'C'),
    path('M800 392H666', 'arrow dash'),
    text(733, 382, 'wanted', 'what', 'middle'),
    lines(30, 128, ['habit']),
    lines(30, 248, ['first states']),
    text(456, 176, 'transition'),
    text(246, 306, 'likelihood'),
    text(664, 306, 'likelihood'),
    lines(664, 76, ['round, white: hidden', 'round, green: observed', 'square: a table of the model']),
    text(
      30,
      448,
      'C is no cause of outcomes: it is what planning expects the agent to see, and G charges policies for the difference.',
    ),
  ]);
}

function drawAxes() {
  const A = [
    ['0.9', '0.2'],
    ['0.1', '0.8'],
  ];
  const B = [
    [
      ['1', '0'],
      ['0', '1'],
    ],
    [
      ['0.25', '0'],
      ['0.75', '1'],
    ],
  ];
  const size = 54;
  const heading = (x, y, names) =>
    names.map((name, i) => text(x + (i + 0.5) * size, y, name, 'what', 'middle'));
  const side = (x, y, names) =>
    names.map((name, i) => text(x, y + (i + 0.5) * size + 4, name, 'what', 'end'));
  const matrix = (x, y, values, marked) =>
    grid(x, y, 2, 2, size, (r, c) => [c === marked ? 'good' : 'cell', values[r][c]]);
  const slab = (x, y, width, height, depth) => [
    rect(x, y, width, height, 'room'),
    path(`M${x} ${y}l${depth} ${-depth}h${width}l${-depth} ${depth}z`, 'room'),
    path(`M${x + width} ${y}l${depth} ${-depth}v${height}l${-depth} ${depth}z`, 'room'),
  ];
  picture('axes', 960, 420, 'The axes of A and B', [
    text(30, 34, 'A[m]: [outcome, state]', 'title'),
    heading(130, 74, ['closed', 'open']),
    side(122, 84, ['looks closed', 'looks open']),
    matrix(130, 84, A, 0),
    lines(30, 222, [
      'A column is a distribution over',
      'outcomes and sums to 1 (green).',
      'An observation selects a row.',
    ]),

    text(330, 34, 'A[m] of two factors: [outcome, s₀, s₁]', 'title'),
    slab(372, 116, 120, 84, 46),
    text(364, 162, 'outcome', 'what', 'end'),
    text(432, 218, 's₀', 'name', 'middle'),
    text(528, 190, 's₁', 'name'),
    lines(330, 246, [
      'Row-major, the last axis fastest:',
      'A[o, s₀, s₁] stands at',
      '(o · S₀ + s₀) · S₁ + s₁.',
    ]),

    text(640, 34, 'B[f]: [next state, state, action]', 'title'),
    matrix(830, 76, B[1], 0),
    text(884, 66, 'action 1, push', 'what', 'middle'),
    matrix(701, 135, B[0], 0),
    text(755, 126, 'action 0, wait', 'what', 'middle'),
    side(694, 135, ['→ closed', '→ open']),
    heading(701, 262, ['closed', 'open']),
    lines(640, 290, [
      'One matrix an action; in memory the action is',
      'the last axis. Under an action a column is where',
      'a state may lead, and sums to 1 (green).',
    ]),
    text(30, 352, 'More parents than itself: B[f] is [next state, s of parent 0, s of parent 1, …, action].'),
    text(
      30,
      372,
      'C[m]: [outcome], or [outcome, step] when preferences change over time.  D[f]: [state].  E: [policy].',
    ),
    text(
      30,
      392,
      'likelihoodFactors[m] and transitionFactors[f] say which factors the middle axes are, in order.',
    ),
  ]);
}

function drawTree() {
  const width = 1020;
  const at = (depth, index) => {
    const count = 5 ** depth;
    return [40 + ((index + 0.5) * (width - 80)) / count, 66 + depth * 92];
  };
  const route = [1, 7, 38]; // actions 1, 2, 3
  const edges = [];
  const nodes = [];
  for (let depth = 1; depth <= 3; depth++) {
    for (const index of range(5 ** depth)) {
      const [x, y] = at(depth, index);
      const [px, py] = at(depth - 1, Math.floor(index / 5));
      const isMarked = route[depth - 1] === index;
      edges.push(path(`M${px.toFixed(1)} ${py}L${x.toFixed(1)} ${y}`, isMarked ? 'strong' : 'line'));
      nodes.push(circle(x.toFixed(1), y, [0, 11, 6, 2.9][depth], isMarked ? 'shared' : 'good'));
    }
  }
  const [x, y] = at(0, 0);
  picture('prefix-tree', width, 470, 'All policies of five actions and three steps as a tree', [
    text(30, 34, 'All policies of 5 actions and 3 steps, as a tree', 'title'),
    edges,
    nodes,
    circle(x, y, 13, 'room'),
    text(x + 22, y + 5, 'now: the root is no node'),
    text(30, 110, '5 first actions'),
    text(30, 226, '25'),
    text(30, 368, '125 policies end here'),
    rect(40, 388, 300, 62, 'good', 8),
    text(54, 412, 'as a tree: 5 + 25 + 125 = 155 nodes', 'name'),
    text(54, 434, 'each pushes a belief once, and judges it once'),
    rect(360, 388, 300, 62, 'room', 8),
    text(374, 412, 'one by one: 125 · 3 = 375 steps', 'name'),
    text(374, 434, 'the first step evaluated 25 times over'),
    rect(680, 388, 300, 62, 'shared', 8),
    text(694, 412, 'the policy 1, 2, 3', 'name'),
    text(694, 434, 'shares its first two steps with four others'),
  ]);
}

function drawForms() {
  const n = 8;
  const size = 17;
  const coloured = (test) => (r, c) => [test(r, c)];
  const shades = {
    dense: coloured(() => 'shared'),
    sparse: coloured((r, c) => ((c - r + n) % n < 2 ? 'shared' : 'cell')),
    background: coloured((r, c) => (c === n - 1 || r === c ? 'shared' : 'room')),
    'one-hot': coloured((r, c) => (r === Math.min(c + 1, n - 1) ? 'good' : 'cell')),
    gather: coloured((r, c) => (r === (c + 1) % n ? 'good' : 'cell')),
    identity: coloured((r, c) => (r === c ? 'good' : 'cell')),
    'noisy-gather': coloured((r, c) => (r === c ? 'shared' : 'room')),
  };
  const forms = [
    ['dense', 'every entry', 'Σ v[r,c] x[c]'],
    ['sparse', 'entries that are not 0', 'Σ v[k] x[col k]'],
    ['one-hot', 'entries that are 1, rest 0', 'Σ x[col k]'],
    ['gather', 'one 1 in each row', 'x[col r]'],
    ['identity', 'nothing is stored', 'x[r]'],
    ['background', 'what differs from its row', 'b[r]·X + Σ d[k] x[col k]'],
    ['noisy-gather', 'one such entry in each row', 'b[r]·X + d[r] x[col r]'],
  ];
  const place = (i) => [34 + (i % 4) * 240, 62 + Math.floor(i / 4) * 222];
  const [x, y] = place(7);
  picture('forms', 990, 690, 'The forms a matrix can take', [
    text(30, 34, 'One matrix, out = M x: the forms it can take', 'title'),
    forms.map(([name, what, sum], i) => {
      const [fx, fy] = place(i);
      return [
        grid(fx, fy, n, n, size, shades[name]),
        text(fx, fy + 156, name, 'name'),
        text(fx, fy + 174, what),
        text(fx, fy + 191, sum, 'code'),
      ];
    }),
    rect(x, y, 16, 16, 'cell'),
    text(x + 26, y + 13, '0, not stored'),
    rect(x, y + 26, 16, 16, 'good'),
    text(x + 26, y + 39, '1, not stored: its place is'),
    rect(x, y + 52, 16, 16, 'shared'),
    text(x + 26, y + 65, 'a value, stored'),
    rect(x, y + 78, 16, 16, 'room'),
    text(x + 26, y + 91, 'the value of its row, stored once'),
    lines(x, y + 122, [
      'X = Σ x[c], summed once.',
      'd[k] = v[k] - b[row], stored.',
      'Rows: outcome or next state.',
      'Columns: (joint) state.',
    ]),

    box(34, 520, 268, 62, 'room', 'a value fills over half of a row?', ['and is not 0; in at least one row']),
    path('M302 538H352', 'arrow'),
    text(327, 530, 'no', 'what', 'middle'),
    path('M168 582V614H352', 'arrow'),
    text(250, 606, 'yes', 'what', 'middle'),
    rect(356, 504, 340, 68, 'good', 8),
    text(370, 527, 'dense, sparse', 'name'),
    text(370, 545, 'all entries 1: one-hot; one in each row: gather;'),
    text(370, 562, 'row r in column r: identity'),
    rect(356, 590, 340, 50, 'shared', 8),
    text(370, 611, 'dense, background', 'name'),
    text(370, 629, 'one entry in each row: noisy-gather'),
    path('M696 538C730 538 730 560 756 566', 'arrow'),
    path('M696 615C730 615 730 590 756 584', 'arrow'),
    box(760, 540, 200, 70, 'room', 'the cheapest', ['by the cost model;', 'of equals the smallest']),
    text(
      34,
      668,
      'A likelihood loses the factors that make no difference to it first. Each action of a B is a matrix of its own, with a form of its own.',
    ),
  ]);
}

function drawBlock() {
  const size = 46;
  const x = 190;
  const y = 84;
  const lanes = ['0.90', '0.20', '0.40', '0.00'];
  const values = [
    lanes,
    ['0.05', '0.20', '0.30', '0.00'],
    ['0.03', '0.20', '0.20', '1.00'],
    ['0.01', '0.20', '0.10', '0.00'],
    ['0.01', '0.20', '0.00', '0.00'],
  ];
  picture('block', 960, 520, 'A block of beliefs of four agents', [
    text(30, 34, 'A block: f32[state][4], the beliefs of four agents side by side', 'title'),
    range(4).map((lane) => text(x + (lane + 0.5) * size, y - 10, `lane ${lane}`, 'what', 'middle')),
    values.map((_, s) => text(x - 12, y + (s + 0.5) * size + 4, `state ${s}`, 'what', 'end')),
    grid(x, y, 5, 4, size, (r, c) => [r === 2 ? 'shared' : c === 1 ? 'good' : 'cell', values[r][c]]),
    rect(x, y + 2 * size, 4 * size, size, 'frame'),
    path(`M${x + 4 * size + 8} ${y + 2.5 * size}H448`, 'arrow'),
    lines(30, 338, [
      'A column is one agent and sums to 1 (green: lane 1).',
      'No instruction moves a number from one column to another.',
    ]),

    rect(456, 84, 474, 116, 'shared', 8),
    text(470, 108, 'one v128.load: state 2 of four agents, 16 bytes', 'name'),
    lines(
      470,
      132,
      ['sum = f32x4.add(sum,', '  f32x4.mul(v128.load_splat(M[r][c]), v128.load(x + 16 c)))'],
      'code',
    ),
    text(470, 180, 'M[r][c], one number of the shared model, meets four beliefs.'),

    rect(456, 218, 474, 96, 'room', 8),
    text(470, 242, 'what every lane sees', 'name'),
    lines(470, 264, [
      'the same additions in the same order, whoever its neighbours',
      'are: a batch gives, bit for bit, what its agents give alone.',
      'Adding up one belief is S vector additions, for four agents.',
    ]),

    text(30, 396, 'In memory', 'title'),
    range(8).map((b) => [
      rect(30 + b * 112, 412, 112, 34, b === 1 ? 'shared' : 'cell'),
      text(86 + b * 112, 434, b < 7 ? `block ${b}` : '…', b === 1 ? 'name' : 'what', 'middle'),
    ]),
    text(30, 472, 'lanes 0–3'),
    text(142, 472, 'lanes 4–7'),
    text(254, 472, 'lanes 8–11'),
    text(
      30,
      500,
      'state s of lane l stands at  (l >> 2) · 4 S + 4 s + (l & 3),  S the states of all factors together',
      'code',
    ),
  ]);
}

function drawStep() {
  const lanes = [70, 110, 150, 190];
  const track = (lane, from, to, kind = 'line') => path(`M${lanes[lane]} ${from}V${to}`, kind);
  const stage = (y, height, name, what) => [
    rect(44, y, 172, height, 'room', 8),
    text(130, y + 21, name, 'name', 'middle'),
    lines(130, y + 39, what, 'what', 'middle', 16),
  ];
  picture('step', 960, 740, 'One step of a population', [
    text(30, 34, 'One step of a population: four lanes, one of them in doubt', 'title'),
    box(260, 54, 440, 62, 'shared', 'the door (JavaScript)', [
      'handles, outcomes and actions are checked before anything changes',
    ]),
    stage(54, 62, 'batch', ['agents, outcomes']),
    path('M216 85H256', 'arrow'),
    [0, 1, 2, 3].map((lane) => track(lane, 116, 142, 'arrow')),
    stage(146, 62, 'predict', ['prior = B[u] q']),
    [0, 1, 2, 3].map((lane) => track(lane, 208, 234, 'arrow')),
    stage(238, 78, 'infer', ['prior × A[o], or', 'mean-field sweeps']),
    [0, 1, 2, 3].map((lane) => track(lane, 316, 342, 'arrow')),
    stage(346, 78, 'sure?', ['evidence > 1e-12, or', 'F < 70 and a witness']),
    box(260, 146, 440, 158, 'room', 'the kernels (WebAssembly, float32)', [
      'Four lanes go through every stage together.',
      'Bad news is a value of the lane, never a throw:',
      'too little evidence, or too much free energy.',
      'A lane that cannot be vouched for is not written;',
      'its status is 1, and the other three are published.',
      'Nothing here is decided by an epsilon.',
    ]),
    [0, 1, 3].map((lane) => track(lane, 424, 508, 'arrow')),
    path('M150 424C150 462 190 462 300 462H356', 'strong'),
    text(296, 452, 'status 1', 'name', 'middle'),
    rect(360, 346, 320, 146, 'shared', 8),
    text(374, 369, 'the judge (JavaScript, float64)', 'name'),
    lines(374, 391, [
      'the reference, inferStates, for this lane only:',
      'is any joint state possible?',
      'isPossible compares signs, not products.',
      'Yes: its posterior is written to the lane.',
      'No: a typed error in report.failures.',
    ]),
    path('M680 380H724', 'arrow'),
    path('M680 440H724', 'arrow'),
    rect(728, 352, 202, 56, 'good', 8),
    text(742, 375, 'status 0', 'name'),
    text(742, 394, 'ok; counted as referred'),
    rect(728, 416, 202, 96, 'bad', 8),
    text(742, 439, 'status 2 or 3', 'name'),
    lines(
      742,
      459,
      ['impossible observation,', 'invalid belief: the belief', 'is untouched, action -1'],
      'what',
      'start',
      17,
    ),
    path('M829 352V334H706V543H220', 'arrow dash'),
    stage(512, 62, 'learn', ['own counts, on write']),
    [0, 1, 2, 3].map((lane) => track(lane, 574, 596, 'arrow')),
    stage(600, 62, 'plan', ['walk the prefix tree']),
    path('M216 631H256', 'arrow'),
    box(260, 600, 300, 62, 'room', 'G, policy posterior, choice', ['only lanes whose status is 0']),
    path('M560 631H604', 'arrow'),
    box(608, 600, 322, 62, 'good', 'results, in columns', ['status, freeEnergy, iterations, actions, …']),
    text(
      30,
      700,
      'learn runs where the model was compiled with learning; a lane that learns for the first time gets its own copy of the counts.',
    ),
    text(30, 720, 'Entries past the end of a batch repeat the last one and are never written.'),
  ]);
}
