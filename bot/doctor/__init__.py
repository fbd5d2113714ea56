"""`greenroom doctor`: looks at everything that Greenroom needs, changes nothing, sends nothing to anybody."""
