// SPDX-License-Identifier: GPL-2.0-only
#include "target_hmm.h"

static bool is_taken(const struct gr_target *t, const struct gr_pagemap *page)
{
	return gr_target_has(t, page->pfn);
}

/* The processor reaches it there. */
static bool is_touched(const struct gr_target *t, const struct gr_pagemap *page)
{
	return page->present && gr_target_has(t, page->pfn);
}

int main(void)
{
	return gr_test_hmm_target(&(struct gr_test_hmm_target){
		.name = "hmm_coherent",
		.coherent = true,
		.is_taken = is_taken,
		.is_touched = is_touched,
	});
}
