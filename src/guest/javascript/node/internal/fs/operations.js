'use strict';

// Every operation, by the name of the function of fs.

const calls = require('internal/fs/calls');
const { mkdir, mkdtemp, readdir } = require('internal/fs/directories');
const { readlink, realpath, symlink } = require('internal/fs/links');
const { opendir } = require('internal/fs/open_directories');
const { rm, rmdir } = require('internal/fs/removal');
const { appendWhole, readWhole, writeWhole } = require('internal/fs/whole_files');

module.exports = {
  ...calls,
  appendFile: appendWhole,
  mkdir,
  mkdtemp,
  opendir,
  readFile: readWhole,
  readdir,
  readlink,
  realpath,
  rm,
  rmdir,
  symlink,
  writeFile: writeWhole,
};
