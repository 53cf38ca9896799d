'use strict';

// The engine's own class has the names and codes of the standard. The bootstrap keeps it here, because majors before 17
// have no such global and a program may replace it.
module.exports = binding.DOMException;
