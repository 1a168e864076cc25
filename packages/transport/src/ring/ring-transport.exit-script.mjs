/** A program that has waited, closed, and has nothing left to do. It prints, and should then end by itself. */
import { createRingMesh, openRingTransport } from '@skein/transport';

const mesh = createRingMesh(2);
const ends = [openRingTransport(mesh, 0), openRingTransport(mesh, 1)];
const waits = ends.map((end) => end.wait());
setImmediate(async () => {
  ends[0].close();
  if (process.argv[2] === 'close-both') ends[1].close();
  await waits[0];
  console.log('closed');
});
