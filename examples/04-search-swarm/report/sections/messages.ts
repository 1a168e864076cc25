import { html, type Markup } from '../markup.js';
import { formatCount, formatPercent } from '../numbers.js';
import type { SearchReport } from '../search-report.js';
import { shardColor, shardName } from './shard-color.js';

/** Who handled how many messages, and that none was lost. */
export function messages(report: SearchReport): Markup {
  const { handledPerShard } = report;
  const { sent, handled, deadLetters, queued } = report.accounting;
  const max = Math.max(1, ...handledPerShard);
  const total = Math.max(
    1,
    handledPerShard.reduce((sum, count) => sum + count, 0),
  );
  const missing = sent - (handled + deadLetters + queued);
  return html`
<section aria-labelledby="messages-heading">
  <h2 id="messages-heading">Messages</h2>
  <p>Envelopes that each shard handled, over all three searches.</p>
  <ol class="bars">${handledPerShard.map(
    (count, shard) =>
      html`<li><span>${shardName(shard)}</span><b><i style="width:${((100 * count) / max).toFixed(2)}%;background:${shardColor(
        shard,
        handledPerShard.length,
      )}"></i></b><span class="count">${formatCount(count)}</span><span class="share">${formatPercent(count / total)}</span></li>`,
  )}</ol>
  <div class="equation ${missing === 0 ? 'holds' : 'fails'}">
    <span><b>${formatCount(sent)}</b>sent</span><em>${missing === 0 ? '=' : '≠'}</em>
    <span><b>${formatCount(handled)}</b>handled</span><em>+</em>
    <span><b>${formatCount(deadLetters)}</b>dead letters</span><em>+</em>
    <span><b>${formatCount(queued)}</b>queued</span>
  </div>
  <p class="verdict">${
    missing === 0
      ? '✓ It adds up: no message was lost.'
      : `✗ It does not add up: ${formatCount(Math.abs(missing))} ${missing > 0 ? 'too few' : 'too many'} on the right.`
  }</p>
</section>`;
}
