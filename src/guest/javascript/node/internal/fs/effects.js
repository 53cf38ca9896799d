'use strict';

// What calls touch that are given paths.

const { FIND, LINK, NAME } = require('internal/fs/requests');
const { failed } = require('internal/fs/operation');
const { nodePath } = require('internal/fs/arguments');

const { files } = binding;

// Whether there may be links.
let linked = false;

function expectLinks() {
  linked = true;
}

// Where a path leads, and the links on the way; a link at its end is followed if wanted.
function walked(full, follow) {
  const links = [];
  let parts = full.split('/').filter(Boolean);
  let reached = '';
  while (parts.length > 0 && links.length < 40) {
    const here = `${reached}/${parts.shift()}`;
    const found = files.stat(here, false);
    if (found.type !== 'link' || (parts.length === 0 && !follow)) {
      reached = here;
      continue;
    }
    links.push(here);
    const target = nodePath().resolve(reached || '/', files.readLink(here));
    parts = target.split('/').filter(Boolean).concat(parts);
    reached = '';
  }
  return { path: [reached, ...parts].join('/') || '/', links };
}

// The path of the file itself.
const resting = (full) => (linked ? walked(full, true).path : full);

// What is touched by a call that has this effect on a path.
function at(effect, full, follow = true) {
  if (!linked) return [effect, full];
  const { path, links } = walked(full, follow);
  return [...links.flatMap((link) => [FIND, link]), effect, path];
}

// What is touched by a call that makes a path name something else.
function naming(full) {
  const touches = at(NAME, full, false);
  return linked && files.stat(full, false).type === 'link' ? [LINK, full, ...touches] : touches;
}

const namingFound = (full) => (failed(files.stat(full, false)) ? at(FIND, full, false) : naming(full));
const namingNew = (full) => (failed(files.stat(full, false)) ? naming(full) : at(FIND, full, false));

module.exports = { at, expectLinks, naming, namingFound, namingNew, resting };
