"""The forms of charts, one module each; FORMS at its end names what a story asks for."""
