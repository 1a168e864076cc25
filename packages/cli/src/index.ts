/**
 * The `skein` command, and what an example needs to be run by it.
 *
 * @packageDocumentation
 */
export {
  CliError,
  ExampleDefinitionError,
  ExampleLoadError,
  FailureFileError,
  FastCheckMissingError,
  LawLoadError,
  LawNotFoundError,
  NotScalableError,
  OptionValueError,
  ReportWriteError,
  UnknownExampleError,
  UsageError,
} from './errors.js';
export {
  defineExample,
  type Example,
  type ExampleOutcome,
  type ExampleSpec,
} from './example/define-example.js';
export type { ExampleIo } from './example/example-io.js';
export {
  choiceOption,
  flagOption,
  integerOption,
  type NumberBounds,
  numberOption,
  type OptionSpec,
  type OptionSpecs,
  type OptionText,
  type OptionValues,
  seedOption,
  textOption,
  threadsOption,
} from './example/option.js';
export { runIfMain } from './example/run-if-main.js';
export type { Colors } from './host.js';
export type { Progress } from './progress/progress.js';
export { efficiencyOf, quantileOf } from './scale/curve.js';
export type { Curve, Plot } from './scale/curves.js';
export type { ScaleRequest, ScaleSpec, ScaleSubject } from './scale/scale-spec.js';
export { type Bar, barsFile, type PlotAxes, plotFile } from './scale/svg-file.js';
export type { Screen, ScreenColors } from './screen/screen.js';
export { type Column, formatTable } from './text/table.js';
