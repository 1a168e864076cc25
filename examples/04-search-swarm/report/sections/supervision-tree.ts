import { html, type Markup } from '../markup.js';
import { formatCount, formatCounted } from '../numbers.js';
import type { SearchReport } from '../search-report.js';
import { shardColor, shardName } from './shard-color.js';
import { depthOf, layOutTree } from './tree-layout.js';

/** Who looks after whom: the root, its cohorts, their searchers, coloured by shard. */
export function supervisionTree(report: SearchReport): Markup {
  const { tree } = report;
  const crashed = new Set(report.frames.flatMap((frame) => frame.crashed));
  const layout = layOutTree(tree, crashed);
  const cohortCount = layout.shards.reduce((sum, { cohorts }) => sum + cohorts, 0) - 1;
  const shardCount = report.handledPerShard.length;
  const dot = layout.dotSize.toFixed(2);
  return html`
<section aria-labelledby="tree-heading">
  <h2 id="tree-heading">The supervision tree</h2>
  <p>${
    cohortCount === 0
      ? `The root looks after all ${formatCounted(report.searchers, 'searcher')}.`
      : `The root looks after ${formatCounted(cohortCount, 'cohort')}${depthOf(tree) > 2 ? ` in ${depthOf(tree) - 1} levels` : ''}, and these after ${formatCounted(report.searchers, 'searcher')}.`
  } A searcher that crashes is restarted by its cohort while its siblings go on. ${
    crashed.size === 0
      ? 'In this run none did.'
      : html`<span class="crash-text">${formatCounted(crashed.size, 'searcher')}</span> did at least once.`
  }</p>
  <div class="scroll"><svg class="tree" viewBox="0 0 ${layout.width} ${layout.height}" role="img" aria-label="Supervision tree">
    ${layout.shards.map(
      (paths) =>
        html`<path class="link" style="stroke:${shardColor(paths.shard, shardCount)}" d="${paths.links}"/>`,
    )}
    ${layout.shards.map((paths) => {
      const color = shardColor(paths.shard, shardCount);
      return html`${
        layout.drawsAgents
          ? html`<path class="dots" style="stroke:${color};stroke-width:${dot}" d="${paths.dots}"/><path class="dots crashed" style="stroke-width:${dot}" d="${paths.crashedDots}"/>`
          : html`<path style="fill:${color}" d="${paths.dots}"/>`
      }<path class="dots" style="stroke:${color};stroke-width:${layout.leafNodeSize.toFixed(2)}" d="${paths.leafNodes}"/><path class="dots" style="stroke:${color};stroke-width:${layout.innerNodeSize}" d="${paths.innerNodes}"/>`;
    })}
  </svg></div>
  <ul class="shards">${layout.shards.map(
    ({ shard, cohorts, agents }) =>
      html`<li><i style="background:${shardColor(shard, shardCount)}"></i><b>${shardName(shard)}</b> ${
        shard === 0
          ? `the root${cohorts > 1 ? ` and ${formatCounted(cohorts - 1, 'cohort')}` : ''}`
          : formatCounted(cohorts, 'cohort')
      }${agents > 0 ? `, ${formatCount(agents)} searchers` : ''}</li>`,
  )}${crashed.size > 0 && layout.drawsAgents ? html`<li><i class="crashed"></i>crashed at least once</li>` : null}</ul>
</section>`;
}
