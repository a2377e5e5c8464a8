// Loaded before anything else: what npm runs finds Node 24 in node_modules/.bin on Linux; elsewhere the installed one must do.
const MINIMUM = 22;
if (Number(process.versions.node.split('.')[0]) < MINIMUM) {
  console.error(
    `Node ${process.versions.node} is too old. Start it through npm (npm start, npm test, npm run ...), which finds the Node that ` +
      `"npm ci" installed on Linux; on other systems install Node ${MINIMUM} or newer.`,
  );
  process.exit(1);
}
