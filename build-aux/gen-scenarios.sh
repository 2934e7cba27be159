#!/bin/sh -e
# SPDX-License-Identifier: GPL-2.0-only
# Writes the C source that holds the built-in scenarios: gen-scenarios.sh FILE...
cat <<'EOF'
/* SPDX-License-Identifier: GPL-2.0-only */
/* Made by build-aux/gen-scenarios.sh from scenarios/. */
#include <stddef.h>

#include "core/scenario.h"

static const struct gr_scenario_text texts[] = {
EOF
for file in "$@"; do
	name=$(basename "$file" .ini)
	printf '\t{\n\t\t.name = "%s",\n\t\t.text =\n' "$name"
	sed 's/[\\"]/\\&/g; s/^/\t\t\t"/; s/$/\\n"/' "$file"
	printf '\t},\n'
done
cat <<'EOF'
	{NULL, NULL},
};

const struct gr_scenario_text *gr_scenario_texts(void)
{
	return texts;
}
EOF
