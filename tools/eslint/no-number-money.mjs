import { ESLintUtils } from '@typescript-eslint/utils';
import ts from 'typescript';

/** A name speaks of money when one of its words is here ("stopLossPrice": stop, loss, price). Plurals count. */
const MONEY_WORDS = new Set([
  'amount',
  'balance',
  'collateral',
  'cost',
  'deposit',
  'equity',
  'fee',
  'funding',
  'leverage',
  'loss',
  'margin',
  'notional',
  'pnl',
  'price',
  'profit',
  'px',
  'rebate',
  'size',
  'usd',
  'usdc',
]);

/** ... unless it ends in a unit or in a noun that is counted ("feeBps", "priceDecimals", "orderSizeCount", "priceAgeMs"). */
const NOT_MONEY_ENDINGS = new Set([
  'age',
  'bps',
  'count',
  'days',
  'decimal',
  'digit',
  'figure',
  'hours',
  'id',
  'index',
  'interval',
  'length',
  'mark',
  'minutes',
  'ms',
  'pct',
  'percent',
  'place',
  'precision',
  'rank',
  'scale',
  'seconds',
  'step',
  'tier',
]);

/** ... and "size" is a number of things, not of coins, after one of these ("pageSize"). */
const COUNTED_SIZES = new Set([
  'batch',
  'block',
  'body',
  'buffer',
  'bytes',
  'cache',
  'chunk',
  'file',
  'font',
  'group',
  'heap',
  'key',
  'page',
  'pool',
  'queue',
  'sample',
  'window',
]);

const singular = (word) => (word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word);

/** ... and what a function returns is the noun before one of these ("equityByBooks", "priceAt"), or else its name's last word. */
const PREPOSITIONS = new Set(['after', 'at', 'before', 'by', 'for', 'from', 'in', 'of', 'on', 'per', 'to', 'with']);

/** The words of a name in camelCase, snake_case or UPPER_CASE, in lower case. */
function wordsOf(name) {
  return (
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  );
}

/** Whether words name an amount of money, a price, a size or the like. */
function speakOfMoney(words, except) {
  const last = words.at(-1);
  if (last === undefined || NOT_MONEY_ENDINGS.has(last) || NOT_MONEY_ENDINGS.has(singular(last))) return false;
  return words.some((word, at) => {
    const one = singular(word);
    return MONEY_WORDS.has(one) && !except.includes(one) && !(one === 'size' && COUNTED_SIZES.has(singular(words[at - 1] ?? '')));
  });
}

/** As speakOfMoney, for the name of a function: "markEquityDaily" returns no equity. */
function returnsMoney(words, except) {
  const preposition = words.findIndex((word, at) => at > 0 && PREPOSITIONS.has(word));
  return speakOfMoney((preposition > 0 ? words.slice(0, preposition) : words).slice(-1), except);
}

/** Whether values of the annotated type are numbers, or made of numbers: `number | null`, `number[]`, `Promise<number>`, `() => number`. */
function saysNumber(type) {
  switch (type?.type) {
    case 'TSNumberKeyword':
      return true;
    case 'TSLiteralType':
      return type.literal.type === 'Literal' && typeof type.literal.value === 'number';
    case 'TSUnionType':
    case 'TSIntersectionType':
      return type.types.some(saysNumber);
    case 'TSArrayType':
      return saysNumber(type.elementType);
    case 'TSTupleType':
      return type.elementTypes.some(saysNumber);
    case 'TSOptionalType':
    case 'TSTypeOperator':
      return saysNumber(type.typeAnnotation);
    case 'TSNamedTupleMember':
      // Its label is a name of its own.
      return false;
    case 'TSFunctionType':
      return saysNumber(type.returnType?.typeAnnotation);
    case 'TSTypeReference':
      return type.typeArguments?.params.some(saysNumber) ?? false;
    default:
      return false;
  }
}

function nameOf(key) {
  if (key.type === 'Identifier' || key.type === 'PrivateIdentifier') return key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}

/**
 * Money is a `Decimal`: a binary float loses cents, and `+` on what the database returns (a string) concatenates. An error for a
 * property, parameter, variable or function whose name speaks of money and which is annotated with `number`, or a variable
 * whose value is a number.
 */
export const noNumberMoney = {
  meta: {
    type: 'problem',
    docs: { description: 'money, prices, sizes and leverage are Decimal, never number' },
    messages: {
      number: '"{{name}}" is money, a price, a size or leverage: use Decimal of @maxxit/domain, not number.',
    },
    schema: [
      {
        type: 'object',
        properties: { except: { type: 'array', items: { type: 'string' }, description: 'words that may be numbers in these files' } },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ except: [] }],
  },
  create(context) {
    const services = ESLintUtils.getParserServices(context, true);
    const { except } = context.options[0];

    function check(key, annotation, isMoney = speakOfMoney) {
      const name = nameOf(key);
      if (name !== undefined && isMoney(wordsOf(name), except) && saysNumber(annotation?.typeAnnotation)) {
        context.report({ node: key, messageId: 'number', data: { name } });
      }
    }

    const checkProperty = (node) => check(node.key, node.typeAnnotation);
    const checkFunction = (node) => {
      if (node.id) check(node.id, node.returnType, returnsMoney);
      for (const parameter of node.params) {
        const target = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
        const binding = target.type === 'AssignmentPattern' ? target.left : target;
        if (binding.type === 'Identifier') check(binding, binding.typeAnnotation);
        if (binding.type === 'RestElement' && binding.argument.type === 'Identifier') check(binding.argument, binding.typeAnnotation);
      }
    };

    return {
      PropertyDefinition: checkProperty,
      AccessorProperty: checkProperty,
      TSPropertySignature: checkProperty,
      TSMethodSignature(node) {
        check(node.key, node.returnType, returnsMoney);
        checkFunction({ params: node.params });
      },
      MethodDefinition: (node) => check(node.key, node.value.returnType, returnsMoney),
      TSNamedTupleMember(node) {
        check(node.label, { typeAnnotation: node.elementType });
      },
      TSFunctionType: (node) => checkFunction({ params: node.params }),
      FunctionDeclaration: checkFunction,
      FunctionExpression: checkFunction,
      ArrowFunctionExpression: checkFunction,
      TSDeclareFunction: checkFunction,
      TSEmptyBodyFunctionExpression: checkFunction,
      VariableDeclarator(node) {
        if (node.id.type !== 'Identifier') return;
        if (node.id.typeAnnotation) {
          check(node.id, node.id.typeAnnotation);
        } else if (speakOfMoney(wordsOf(node.id.name), except) && services.program) {
          const type = services.getTypeAtLocation(node.id);
          const parts = type.isUnion() ? type.types : [type];
          if (parts.some((part) => part.flags & ts.TypeFlags.NumberLike)) {
            context.report({ node: node.id, messageId: 'number', data: { name: node.id.name } });
          }
        }
      },
    };
  },
};
