/** How a story's page looks: light or dark as its reader's system is. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #fbfbf9; --ink: #23262b; --soft: #6b7280; --rule: #d9dade; --line: #a4a9b3; --band: #f1f1ed;
  --tell: #0b6e99; --ask: #6d4fc2; --reply: #2f855a; --refusal: #b7791f; --dead: #c53030;
  --fault: #fdf0d0; --fault-ink: #8a5a00; --command: #e6edf7; --broken: #c53030; --broken-ink: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15171b; --ink: #e4e6ea; --soft: #8d95a3; --rule: #2d3138; --line: #565d69; --band: #1b1e24;
    --tell: #59b8e0; --ask: #a996f2; --reply: #67c593; --refusal: #dfae55; --dead: #f27878;
    --fault: #3a2e12; --fault-ink: #f0c566; --command: #202a3a; --broken: #a32a2a; --broken-ink: #ffffff;
  }
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: var(--page); color: var(--ink);
  font: 14px/1.45 system-ui, sans-serif; }
header { padding: 14px 20px 12px; }
h1 { margin: 0; font-size: 18px; font-weight: 650; }
p { margin: 2px 0 0; color: var(--soft); }
.broken { margin-top: 8px; padding: 7px 12px; border-left: 4px solid var(--broken); background: var(--band);
  color: var(--ink); max-width: 110ch; overflow-wrap: anywhere; }
.broken b { color: var(--dead); }
.broken a { color: inherit; margin-left: 1ch; white-space: nowrap; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 8px; align-items: center; color: var(--soft);
  font-size: 12px; }
.key i { display: inline-block; width: 20px; height: 0; margin-right: 6px; vertical-align: middle;
  border-top: 2px solid currentColor; }
.key .dashed { border-top-style: dashed; }
.tell { color: var(--tell); } .ask { color: var(--ask); } .reply { color: var(--reply); }
.rejection { color: var(--refusal); } .dead { color: var(--dead); }
.scroll { flex: 1; min-height: 0; overflow: auto; border-top: 1px solid var(--rule); scroll-padding: 120px; }
.head { position: sticky; top: 0; z-index: 3; display: flex; background: var(--page);
  border-bottom: 1px solid var(--rule); width: max-content; }
.corner, .times { position: sticky; left: 0; z-index: 2; flex: none; width: 104px; background: var(--page);
  border-right: 1px solid var(--rule); }
.corner { color: var(--soft); font-size: 11px; padding: 28px 0 0 14px; }
.names { position: relative; height: 54px; overflow: hidden; }
.shard { position: absolute; top: 0; height: 54px; padding: 3px 10px; font-size: 11px; color: var(--soft); }
.names button { position: absolute; top: 23px; width: 168px; padding: 2px 4px; border: 0; background: none; color: inherit;
  font: 600 12px ui-monospace, monospace; text-align: center; cursor: pointer; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; border-radius: 4px; }
.names button:hover, .names button[aria-pressed=true] { background: var(--command); }
.chunk { display: flex; content-visibility: auto; }
.chunk svg { display: block; flex: none; }
.banded, .shard.banded { fill: var(--band); background: var(--band); }
.times text { fill: var(--soft); font: 11px ui-monospace, monospace; }
.times .ms { fill: var(--ink); }
.lifeline { stroke: var(--line); stroke-width: 1.4; fill: none; }
.lifeline.down { stroke-dasharray: 1.5 5; stroke: var(--dead); }
.arrow { stroke: currentColor; stroke-width: 1.7; fill: none; }
.reply .arrow, .rejection .arrow { stroke-dasharray: 5 3; }
.message circle, .tip { fill: currentColor; }
.open .arrow { stroke-dasharray: 2 4; }
.label { font: 11.5px ui-monospace, monospace; fill: currentColor; paint-order: stroke; stroke: var(--page);
  stroke-width: 3px; stroke-linejoin: round; }
.sign { font-size: 15px; text-anchor: middle; fill: currentColor; paint-order: stroke; stroke: var(--page);
  stroke-width: 4px; }
.life { color: var(--soft); } .spawned, .resumed { color: var(--reply); } .failed { color: var(--dead); font-weight: 600; }
.restarted, .suspended { color: var(--refusal); }
.across { color: var(--soft); } .across rect { fill: none; } .across .label { stroke: none; }
.across .struck { fill: none; stroke: currentColor; stroke-width: 2; }
.command { color: var(--ink); } .command rect { fill: var(--command); } .command .label { font-weight: 600; }
.fault { color: var(--fault-ink); } .fault rect { fill: var(--fault); } .fault .label { font-weight: 600; }
.note .label { font-style: italic; font-family: system-ui, sans-serif; }
.violation { color: var(--broken-ink); } .violation rect { fill: var(--broken); } .violation .label { font-weight: 650; }
.pointers { color: var(--broken); }
.event:hover .arrow { stroke-width: 3.2; }
.event:hover .label { text-decoration: underline; }
body:has(#past:checked) .other { opacity: 0.24; }
`;

/** Picks out what concerns one actor. All else on the page works without it. */
export const PAGE_SCRIPT = `
const picked = document.head.appendChild(document.createElement('style'));
document.querySelector('.names').addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (button === null) return;
  const pressed = button.getAttribute('aria-pressed') === 'true';
  for (const each of document.querySelectorAll('.names button')) each.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-pressed', String(!pressed));
  picked.textContent = pressed ? '' : '.event:not(.on-' + button.dataset.line + ') { opacity: 0.08; }';
});
`;
