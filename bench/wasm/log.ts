/** Stands in for the kernels' `log.ts`: JavaScript's `Math.log`, a lane at a time. */
@external("env", "log")
declare function log(x: f64): f64;

// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  let out = f32x4.splat(<f32>log(<f64>f32x4.extract_lane(x, 0)));
  out = f32x4.replace_lane(out, 1, <f32>log(<f64>f32x4.extract_lane(x, 1)));
  out = f32x4.replace_lane(out, 2, <f32>log(<f64>f32x4.extract_lane(x, 2)));
  return f32x4.replace_lane(out, 3, <f32>log(<f64>f32x4.extract_lane(x, 3)));
}

// @ts-ignore: decorator
@inline
export function xlogx4(x: v128): v128 {
  return f32x4.mul(x, log4(x));
}
