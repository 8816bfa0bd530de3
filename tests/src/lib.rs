//! Holds the end-to-end tests; there is no library.
