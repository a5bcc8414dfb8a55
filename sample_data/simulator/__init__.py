"""An outside system that posts readings and incidents to the server over HTTP."""
