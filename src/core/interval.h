/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How sure one can be of a share that was counted.
 */
#ifndef GR_CORE_INTERVAL_H
#define GR_CORE_INTERVAL_H

struct gr_interval {
	double from; /* 0 to 1 */
	double to;
};

/**
 * gr_interval_wilson() - where the true share lies, with 95 % confidence, when
 * @hits of @nr tries were hits.
 *
 * Return: 0 to 1 where @nr is 0.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and
 *         statistical inference", 1927: the score interval.
 */
struct gr_interval gr_interval_wilson(unsigned int hits, unsigned int nr);

#endif /* GR_CORE_INTERVAL_H */
