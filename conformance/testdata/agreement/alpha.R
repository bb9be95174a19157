# Reference values of the family agreement, in R. Run in this folder:
#   Rscript alpha.R
# It writes data/*.csv and ref/*.json. Kappa is that of the packages vcd and
# psych; alpha is computed here from the definition over pairs of codes, without
# a table of coincidences, and stops if it does not give the published values.
library(vcd)
library(psych)
library(jsonlite)

# Krippendorff (2011), example C: 4 observers, 12 units.
c4 <- rbind(
  A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA),
  B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3),
  C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA),
  D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA))

alpha <- function(x, scale) {
  units <- lapply(seq_len(ncol(x)), function(u) x[!is.na(x[, u]), u])
  units <- units[lengths(units) > 1]
  all <- unlist(units)
  n <- length(all)
  delta <- function(a, b) switch(scale,
    nominal = as.numeric(a != b),
    ordinal = { lo <- min(a, b); hi <- max(a, b)
      if (a == b) 0 else (sum(all >= lo & all <= hi) - (sum(all == lo) + sum(all == hi)) / 2)^2 },
    interval = (a - b)^2,
    ratio = if (a == b) 0 else ((a - b) / (a + b))^2)
  pairs <- function(v) { s <- 0; for (i in seq_along(v)) for (j in seq_along(v)) if (i != j) s <- s + delta(v[i], v[j]); s }
  observed <- sum(sapply(units, function(v) pairs(v) / (length(v) - 1))) / n
  expected <- pairs(all) / (n * (n - 1))
  list(alpha = 1 - observed / expected, observed = observed, expected = expected, units = length(units), codes = n)
}

published <- c(nominal = .743, ordinal = .815, interval = .849, ratio = .797)
for (s in names(published)) stopifnot(abs(alpha(c4, s)$alpha - published[[s]]) < 6e-4)

set.seed(7)
wide <- t(sapply(1:5, function(k) { truth <- rep(1:6, 20); x <- pmin(6, pmax(1, truth + sample(-1:1, 120, TRUE, c(.15, .7, .15)))); x[runif(120) < .2] <- NA; x }))
rownames(wide) <- LETTERS[1:5]
two <- t(sapply(1:2, function(k) { x <- rep(0:1, c(70, 30)); flip <- runif(100) < .12; ifelse(flip, 1 - x, x) }))
rownames(two) <- c("A", "B")

write <- function(x, name) write.csv(data.frame(unit = seq_len(ncol(x)), t(x)), file.path("data", name), row.names = FALSE, na = "")
dir.create("data", FALSE); dir.create("ref", FALSE)
write(c4, "four.csv"); write(wide, "five.csv"); write(two, "two.csv")

cases <- list()
for (set in list(list("four", c4), list("five", wide), list("two", two))) for (s in names(published)) {
  if (set[[1]] == "two" && s != "nominal") next
  cases[[length(cases) + 1]] <- list(id = paste0("alpha/", set[[1]], "_", s), group = "alpha", `function` = "alpha",
    params = list(file = paste0("data/", set[[1]], ".csv"), coders = rownames(set[[2]]), scale = s), tol = 1e-12, expect = alpha(set[[2]], s))
}

# Counts of two coders: Fleiss, Cohen and Everitt (1969), table 1 as counts of
# 200; a table of ordered codes; a rare code.
tables <- list(
  fleiss = rbind(c(106, 10, 4), c(22, 28, 10), c(2, 12, 6)),
  ordered = rbind(c(38, 5, 0, 1), c(33, 11, 3, 0), c(10, 14, 5, 6), c(3, 7, 3, 10)),
  rare = rbind(c(91, 3), c(2, 4)))
for (name in names(tables)) for (credit in c("none", "linear", "quadratic")) {
  m <- tables[[name]]; k <- nrow(m); n <- sum(m)
  gap <- abs(outer(1:k, 1:k, "-")) / (k - 1)
  w <- switch(credit, none = diag(k), linear = 1 - gap, quadratic = 1 - gap^2)
  v <- Kappa(m, weights = w)$Weighted
  p <- suppressWarnings(cohen.kappa(m, w = w, alpha = .05))
  # The two packages give the same values and, without weights, the same errors;
  # with weights psych 2.2.9 takes other margins than the formula of 1969, vcd does not.
  stopifnot(abs(p$weighted.kappa - v[[1]]) < 1e-12, credit != "none" || abs(sqrt(p$var.weighted) - v[[2]]) < 1e-9)
  pr <- m / n; e <- rowSums(pr) %o% colSums(pr)
  cases[[length(cases) + 1]] <- list(id = paste0("kappa/", name, "_", credit), group = "kappa", `function` = "kappa",
    params = list(counts = m, credit = credit), tol = 1e-9, expect = list(kappa = v[[1]], se = v[[2]], observed = sum(w * pr), expected = sum(w * e),
    ci_l = max(-1, v[[1]] - qnorm(.975) * v[[2]]), ci_u = min(1, v[[1]] + qnorm(.975) * v[[2]]), n = n))
}
writeLines(toJSON(list(format = "vigie-cases/1", family = "agreement", cases = cases), auto_unbox = TRUE, digits = NA, pretty = 2), "ref/01_agreement.json")
