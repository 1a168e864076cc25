import { apply } from '../../packages/inference/wasm/assembly/linear-map';
import { LinearMap } from '../../packages/inference/wasm/assembly/structs';

/** The kernels' own `out = M x`, again and again. */
export function applyBlock(map: usize, out: usize, x: usize, repeats: i32): void {
  for (let i: i32 = 0; i < repeats; i++) apply(changetype<LinearMap>(map), out, x);
}

/** Twelve chains of `a = a k + c`, as many as registers hold: 96 flops a repeat. */
export function multiplyAndAdd(repeats: i32): f32 {
  const k = f32x4.splat(0.999);
  const c = f32x4.splat(0.001);
  let a0 = f32x4.splat(0); let a1 = f32x4.splat(1); let a2 = f32x4.splat(2); let a3 = f32x4.splat(3);
  let a4 = f32x4.splat(4); let a5 = f32x4.splat(5); let a6 = f32x4.splat(6); let a7 = f32x4.splat(7);
  let a8 = f32x4.splat(8); let a9 = f32x4.splat(9); let aA = f32x4.splat(10); let aB = f32x4.splat(11);
  for (let i: i32 = 0; i < repeats; i++) {
    a0 = f32x4.add(f32x4.mul(a0, k), c); a1 = f32x4.add(f32x4.mul(a1, k), c);
    a2 = f32x4.add(f32x4.mul(a2, k), c); a3 = f32x4.add(f32x4.mul(a3, k), c);
    a4 = f32x4.add(f32x4.mul(a4, k), c); a5 = f32x4.add(f32x4.mul(a5, k), c);
    a6 = f32x4.add(f32x4.mul(a6, k), c); a7 = f32x4.add(f32x4.mul(a7, k), c);
    a8 = f32x4.add(f32x4.mul(a8, k), c); a9 = f32x4.add(f32x4.mul(a9, k), c);
    aA = f32x4.add(f32x4.mul(aA, k), c); aB = f32x4.add(f32x4.mul(aB, k), c);
  }
  const s0 = f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3));
  const s1 = f32x4.add(f32x4.add(a4, a5), f32x4.add(a6, a7));
  const s2 = f32x4.add(f32x4.add(a8, a9), f32x4.add(aA, aB));
  return f32x4.extract_lane(f32x4.add(f32x4.add(s0, s1), s2), 0);
}

/** Reads `bytes`, a multiple of 128, and does next to nothing with them. */
export function read(address: usize, bytes: i32, repeats: i32): i32 {
  let a = i32x4.splat(0); let b = i32x4.splat(0); let c = i32x4.splat(0); let d = i32x4.splat(0);
  for (let i: i32 = 0; i < repeats; i++) {
    for (let at = address, end = address + <usize>bytes; at < end; at += 128) {
      a = v128.or(a, v128.load(at)); b = v128.or(b, v128.load(at, 16));
      c = v128.or(c, v128.load(at, 32)); d = v128.or(d, v128.load(at, 48));
      a = v128.or(a, v128.load(at, 64)); b = v128.or(b, v128.load(at, 80));
      c = v128.or(c, v128.load(at, 96)); d = v128.or(d, v128.load(at, 112));
    }
  }
  return i32x4.extract_lane(v128.or(v128.or(a, b), v128.or(c, d)), 0);
}
