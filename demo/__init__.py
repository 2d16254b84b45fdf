"""The demo: starts the sandbox and the storefront, and fills them with a story."""
