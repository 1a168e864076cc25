/** What a site is: which table of {@link operatorFaults} its operator stands in, or what kind of constant it is. */
export type SiteKind =
  | 'arithmetic'
  | 'comparison'
  | 'logical'
  | 'bitwise'
  | 'shift'
  | 'assignment'
  | 'update'
  | 'unary'
  | 'condition'
  | 'number'
  | 'boolean'
  | 'string';

type FaultTable = Readonly<Record<string, readonly string[]>>;

/** For each operator those that somebody might have typed instead. */
const OPERATORS: Readonly<Partial<Record<SiteKind, FaultTable>>> = {
  comparison: {
    '<': ['<=', '>='],
    '<=': ['<', '>'],
    '>': ['>=', '<='],
    '>=': ['>', '<'],
    '===': ['!=='],
    '!==': ['==='],
    '==': ['!='],
    '!=': ['=='],
  },
  arithmetic: { '+': ['-'], '-': ['+'], '*': ['/'], '/': ['*'], '%': ['*'], '**': ['*'] },
  logical: { '&&': ['||'], '||': ['&&'], '??': ['&&'] },
  bitwise: { '&': ['|'], '|': ['&'], '^': ['&'] },
  shift: { '<<': ['>>'], '>>': ['<<'], '>>>': ['>>', '<<'] },
  assignment: {
    '+=': ['-='],
    '-=': ['+='],
    '*=': ['/='],
    '/=': ['*='],
    '%=': ['*='],
    '**=': ['*='],
    '&=': ['|='],
    '|=': ['&='],
    '^=': ['&='],
    '<<=': ['>>='],
    '>>=': ['<<='],
    '>>>=': ['<<='],
    '&&=': ['||='],
    '||=': ['&&='],
    '??=': ['=', '&&='],
  },
  update: { '++': ['--'], '--': ['++'] },
};

/** The kind of an operator between two operands, or before or after a variable, and its faults; undefined for those that have none, as `=`. */
export function operatorFaults(operator: string): { kind: SiteKind; faults: readonly string[] } | undefined {
  for (const [kind, table] of Object.entries(OPERATORS)) {
    if (Object.hasOwn(table, operator)) return { kind: kind as SiteKind, faults: table[operator]! };
  }
  return undefined;
}

/** An operator before its operand: it is forgotten, but for a plus, which nobody would miss. */
export function unaryFaults(operator: string): readonly string[] {
  return operator === '+' ? ['-'] : [''];
}

/** Off by one. @param literal as it is written, in any base */
export function numberFaults(literal: string): readonly string[] {
  const value = Number(literal.replaceAll('_', ''));
  return value >= 1 ? [String(value + 1), String(value - 1)] : [String(value + 1)];
}

/** A text that equals none that it is compared with. @param literal with its quotes */
export function stringFaults(literal: string): readonly string[] {
  return literal.length > 2 ? ["''"] : ["'mutant'"];
}
