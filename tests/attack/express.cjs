// Express in front of a folder: node express.cjs static|router PORT FOLDER
const fs = require('fs');
const path = require('path');
const express = require('express');

const [how, port, folder] = process.argv.slice(2);
const app = express();

// A route for each page, as an application has them: without case, with or without a slash.
function route(directory, prefix) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    const address = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) {
      route(file, address);
      continue;
    }
    const written = encodeURI(address).replace(/[()[\]{}?+!:*\\]/g, '\\$&');
    const name = path.relative(folder, file);
    const show = (_, response) => response.sendFile(name, { root: folder, maxAge: '1h' });
    app.get(written, show);
    if (written.endsWith('.html')) app.get(written.slice(0, -5), show);
    if (written.endsWith('/index.html')) app.get(written.slice(0, -10) || '/', show);
  }
}

if (how === 'router') route(folder, '');
else app.use(express.static(folder, { extensions: ['html'], maxAge: '1h' }));
app.listen(Number(port), '127.0.0.1');
