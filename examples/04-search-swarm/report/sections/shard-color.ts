/** The share of the hue circle from amber over green to blue; violet marks crashes. */
const HUE_FROM = 55;
const HUE_TO = 265;

/** A shard's name as people read it. */
export function shardName(shard: number): string {
  return shard === 0 ? 'main' : `shard ${shard}`;
}

/** A CSS colour for a shard; the page's style sets how light and strong it is. The main shard is grey. */
export function shardColor(shard: number, shardCount: number): string {
  if (shard === 0) return 'var(--main-shard)';
  const share = shardCount <= 2 ? 0.75 : (shard - 1) / (shardCount - 2);
  return `oklch(var(--shard-light) var(--shard-chroma) ${Math.round(HUE_FROM + share * (HUE_TO - HUE_FROM))})`;
}
