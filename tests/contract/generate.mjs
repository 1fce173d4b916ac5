// Walks the typings of Stripe's own Node SDK for the roots named in roots.ts, and writes them as a
// JSON Schema (draft 7), a definition per interface. Open enums are closed: a status that the
// typings do not name is a fault.
//
//   node generate.mjs write FILE      writes it, compressed
//   node generate.mjs compare FILE    fails where the file is not what would be written
import ts from 'typescript';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { TypeFlags: Is } = ts;

// One walk over one SDK.
class Walk {
  definitions = {};
  names = new Map();

  constructor(source, checker) {
    this.source = source;
    this.checker = checker;
  }

  // The roots: members of each exported interface, by the interface's name.
  roots() {
    const roots = {};
    for (const statement of this.source.statements) {
      const isExported = statement.modifiers?.some((it) => it.kind === ts.SyntaxKind.ExportKeyword);
      if (!isExported) continue;
      const type = this.checker.getTypeAtLocation(statement.name);
      const group = (roots[statement.name.text] = {});
      for (const member of this.checker.getPropertiesOfType(type)) {
        const type = this.checker.getTypeOfSymbolAtLocation(member, this.source);
        // A type that this SDK does not have is `any`, which would excuse everything.
        if (type.flags & (Is.Any | Is.Never)) throw new Error(`${member.name}: no such type`);
        group[member.name] = this.schema(type);
      }
    }
    return roots;
  }

  schema(type) {
    if (type.flags & (Is.Any | Is.Unknown)) return {};
    if (type.flags & Is.Null) return { type: 'null' };
    if (type.flags & (Is.Undefined | Is.Void | Is.Never)) return { not: {} };
    if (type.flags & (Is.StringLiteral | Is.NumberLiteral)) return { const: type.value };
    if (type.flags & Is.BooleanLiteral) return { const: type.intrinsicName === 'true' };
    if (isOpenString(type)) return { type: 'string', open: true };
    if (type.flags & (Is.String | Is.TemplateLiteral)) return { type: 'string' };
    if (type.flags & Is.Number) return { type: 'number' };
    if (type.flags & Is.Boolean) return { type: 'boolean' };
    if (type.isUnion()) return this.union(type);
    // The SDK makes numbers of these texts.
    if ((type.aliasSymbol ?? type.symbol)?.name === 'Decimal') return { type: 'string' };
    if (type.isIntersection()) return this.object(type); // all members together
    if (this.checker.isArrayType(type)) {
      return { type: 'array', items: this.schema(this.checker.getTypeArguments(type)[0]) };
    }
    if (type.flags & Is.Object) return this.object(type);
    throw new Error(`what is ${this.checker.typeToString(type)}?`);
  }

  union(type) {
    const parts = type.types.filter((it) => !(it.flags & Is.Undefined)).map((it) => this.schema(it));
    const constants = parts.filter((it) => 'const' in it).map((it) => it.const);
    let rest = parts.filter((it) => !('const' in it));
    if (constants.length) {
      rest = rest.filter((it) => !it.open);
      rest.push({ enum: constants });
    }
    return rest.length === 1 ? rest[0] : { anyOf: rest };
  }

  object(type) {
    const name = this.name(type);
    const reference = { $ref: `#/definitions/${name}` };
    if (this.definitions[name]) return reference;
    const definition = (this.definitions[name] = { type: 'object' });
    const required = [];
    definition.properties = {};
    for (const property of this.checker.getPropertiesOfType(type)) {
      const of = this.checker.getTypeOfSymbolAtLocation(property, this.source);
      if (of.getCallSignatures().length) continue; // the SDK's own methods
      definition.properties[property.name] = this.schema(of);
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name);
    }
    if (required.length) definition.required = required;
    const index = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    definition.additionalProperties = index ? this.schema(index.type) : false;
    return reference;
  }

  // `Checkout.Sessions.Session.TotalDetails`: the file and the interface; a number tells types
  // apart that have no name of their own.
  name(type) {
    const known = this.names.get(type);
    if (known) return known;
    const symbol = type.aliasSymbol ?? type.symbol;
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? '';
    const folder = file.split('/resources/')[1] ?? basename(file);
    // An intersection has no name.
    const inside = symbol ? this.checker.getFullyQualifiedName(symbol).replace(/^".*"\./, '') : 'together';
    const plain = [...folder.replace('.d.ts', '').split('/'), inside].join('.').replace(/[^\w.]/g, '');
    const taken = new Set(this.names.values());
    let name = plain;
    for (let number = 2; taken.has(name); number += 1) name = `${plain}${number}`;
    this.names.set(type, name);
    return name;
  }
}

// `string & {}`: how the SDK lets an enum grow.
function isOpenString(type) {
  return type.aliasSymbol?.name === 'OtherString'
    || (type.isIntersection() && type.types.some((it) => it.flags & Is.String));
}

function walk(sdk) {
  const folder = dirname(fileURLToPath(import.meta.url));
  const files = join(folder, 'node_modules', sdk, 'esm');
  const options = {
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022, strict: true, skipLibCheck: true, noEmit: true, types: [],
    paths: { stripe: [join(files, 'stripe.esm.node.d.ts')] },
  };
  const file = join(folder, 'roots.ts');
  const program = ts.createProgram([file], options);
  const source = program.getSourceFile(file);
  const wrong = program.getSemanticDiagnostics(source);
  if (wrong.length) {
    const texts = wrong.map((it) => ts.flattenDiagnosticMessageText(it.messageText, ' '));
    throw new Error(`roots.ts does not fit ${sdk}:\n${texts.join('\n')}`);
  }
  const walk = new Walk(source, program.getTypeChecker());
  const roots = walk.roots();
  const version = readFileSync(join(files, 'apiVersion.js'), 'utf8').match(/\d{4}-\d\d-\d\d\.\w+/)[0];
  return { version, roots, definitions: walk.definitions };
}

// The fields of each interface that the newer version always sends and the older one does not know.
function added(newer, older) {
  const fields = {};
  for (const [name, definition] of Object.entries(newer)) {
    const before = older[name]?.properties;
    const since = before && definition.required?.filter((field) => !(field in before));
    if (since?.length) fields[name] = since;
  }
  return fields;
}

export function generate() {
  const [newer, older] = [walk('stripe'), walk('stripe-pinned')];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    version: newer.version, // of the typings
    pinned: older.version, // what the gateway asks for
    added: added(newer.definitions, older.definitions),
    roots: newer.roots,
    definitions: newer.definitions,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = `${JSON.stringify(generate())}\n`;
  const [task, file] = process.argv.slice(2);
  if (task === 'write') {
    writeFileSync(file, gzipSync(text, { level: 9 }));
  } else if (task !== 'compare') {
    throw new Error('node generate.mjs write|compare FILE');
  } else if (gunzipSync(readFileSync(file)).toString() !== text) { // bytes differ with zlib's version
    console.error(`${file} is not what the SDK's typings say. Run: make contract`);
    process.exitCode = 1;
  }
}
