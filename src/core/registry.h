/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Look-up of plug-ins by name. The arrays are made in src/registry from the
 * list files; nothing else names a plug-in.
 */
#ifndef GR_CORE_REGISTRY_H
#define GR_CORE_REGISTRY_H

struct gr_check_ops;
struct gr_invalidate_ops;
struct gr_oracle_ops;
struct gr_pin_ops;
struct gr_report_ops;
struct gr_target_ops;

/* gr_KINDs() - all of a kind, sorted by name, NULL-terminated. */
const struct gr_check_ops *const *gr_checks(void);
const struct gr_invalidate_ops *const *gr_invalidators(void);
const struct gr_oracle_ops *const *gr_oracles(void);
const struct gr_pin_ops *const *gr_pins(void);
const struct gr_report_ops *const *gr_reporters(void);
const struct gr_target_ops *const *gr_targets(void);

/* gr_KIND_find() - the one of that name, or NULL. */
const struct gr_check_ops *gr_check_find(const char *name);
const struct gr_invalidate_ops *gr_invalidate_find(const char *name);
const struct gr_oracle_ops *gr_oracle_find(const char *name);
const struct gr_pin_ops *gr_pin_find(const char *name);
const struct gr_report_ops *gr_report_find(const char *name);
const struct gr_target_ops *gr_target_find(const char *name);

#endif /* GR_CORE_REGISTRY_H */
