"""One file per noun, one function per question. The only place with select()."""
