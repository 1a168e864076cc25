/**
 * The places of a source text at which one line can be made wrong: its operators, and its constants.
 *
 * Left out is what the suite could not notice or the compiler would: types, imports and exports, template strings with all that is in them, a `+` that
 * joins text, and strings other than those that something is compared with. Not operators here: `=`, `?.`, `typeof` and other words but `in` and
 * `instanceof`.
 */
import ts from 'typescript';
import { numberFaults, operatorFaults, type SiteKind, stringFaults, unaryFaults } from './mutations.js';

/** A place, and what might stand there instead. Offsets are UTF-16 units; the place lies within one line. */
export interface Site {
  readonly kind: SiteKind;
  readonly start: number;
  readonly end: number;
  /** At least one. */
  readonly faults: readonly string[];
}

/** All sites of a TypeScript source, in the order of the text. */
export function sitesOf(text: string): Site[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const sites: Site[] = [];

  const add = (kind: SiteKind, start: number, end: number, faults: readonly string[]): void => {
    if (!text.slice(start, end).includes('\n')) sites.push({ kind, start, end, faults });
  };
  const addOperator = (operator: string, start: number): void => {
    const found = operatorFaults(operator);
    if (found !== undefined) add(found.kind, start, start + operator.length, found.faults);
  };
  const addNegation = (kind: SiteKind, node: ts.Node): void => {
    add(kind, node.getStart(), node.end, [`!(${node.getText()})`]);
  };

  const visit = (node: ts.Node): void => {
    if (holdsNone(node)) return;
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.getText();
      if (operator === 'in' || operator === 'instanceof') addNegation('comparison', node);
      else if (operator !== '+' || !joinsText(node)) addOperator(operator, node.operatorToken.getStart());
    } else if (ts.isPrefixUnaryExpression(node)) {
      const operator = ts.tokenToString(node.operator)!;
      if (operator === '++' || operator === '--') addOperator(operator, node.getStart());
      else add('unary', node.getStart(), node.operand.getStart(), unaryFaults(operator));
    } else if (ts.isPostfixUnaryExpression(node)) {
      addOperator(ts.tokenToString(node.operator)!, node.end - 2);
    } else if (ts.isConditionalExpression(node)) {
      if (!isNegatedByItself(node.condition)) addNegation('condition', node.condition);
    } else if (ts.isNumericLiteral(node)) {
      if (!ts.isPropertyAssignment(node.parent) || node.parent.name !== node)
        add('number', node.getStart(), node.end, numberFaults(node.getText()));
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
      add('boolean', node.getStart(), node.end, ['false']);
    } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
      add('boolean', node.getStart(), node.end, ['true']);
    } else if (ts.isStringLiteral(node) && isCompared(node)) {
      add('string', node.getStart(), node.end, stringFaults(node.getText()));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sites.sort((a, b) => a.start - b.start || a.end - b.end);
}

function holdsNone(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isTemplateExpression(node)
  );
}

/** Whether a sum has a part that is written as text. */
function joinsText(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return joinsText(node.left) || joinsText(node.right);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** Whether a condition has a site whose fault turns it round already. */
function isNegatedByItself(condition: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(condition)) return condition.operator === ts.SyntaxKind.ExclamationToken;
  return ts.isBinaryExpression(condition) && isComparison(condition.operatorToken.getText());
}

function isComparison(operator: string): boolean {
  return operator === 'in' || operator === 'instanceof' || operatorFaults(operator)?.kind === 'comparison';
}

function isCompared(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCaseClause(parent)) return parent.expression === node;
  return ts.isBinaryExpression(parent) && isComparison(parent.operatorToken.getText());
}
