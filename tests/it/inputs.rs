//! What `extract` reads: every form and encoding gives the same facts; what is broken is named.
