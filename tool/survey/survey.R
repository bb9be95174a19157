# The same work in R survey, one thread: Rscript survey.R SAMPLE MARGINS OUT [boot]
suppressMessages(library(survey)); a <- commandArgs(TRUE)
Sys.setlocale("LC_COLLATE", "C"); out <- file(a[3], "w")
d <- read.csv(a[1]); m <- read.csv(a[2], colClasses=c("character","character","numeric"))
V <- unique(m$variable); for (v in V) d[[v]] <- factor(d[[v]])
say <- function(work, expr, check=NULL, times=3) {
  e <- substitute(expr); t <- numeric()
  for (i in seq_len(times)) { gc(FALSE); s <- system.time(x <- eval(e, parent.frame())); t[i] <- s[[1]] + s[[2]] }
  k <- if (is.null(check)) numeric() else check(x)
  cat(work, format(median(t), digits=6), format(as.numeric(k), digits=16), file=out, sep="\t"); cat("\n", file=out); flush(out); x }
des <- say("design", svydesign(ids=~1, strata=~stratum, weights=~pw, fpc=~Nh, data=d))
pop <- lapply(V, function(v) setNames(data.frame(m$level[m$variable==v], m$total[m$variable==v]), c(v, "Freq")))
S <- function(x) sum(weights(x)^2)
say("rake", rake(des, lapply(V, function(v) reformulate(v)), pop, control=list(maxit=100, epsilon=1e-9)), S)
tot <- sum(m$total[m$variable==V[1]])
pv <- c(tot, unlist(lapply(V, function(v) m$total[m$variable==v][-1])))
f <- reformulate(V); names(pv) <- colnames(model.matrix(f, d))
for (cf in c("linear","raking","logit")) { x <- say(paste0("calibrate ", cf), calibrate(des, f, pv, calfun=cf, bounds=if (cf=="logit") c(.3,3) else c(-Inf,Inf), epsilon=1e-9, maxit=100), S); if (cf=="raking") cal <- x }
q <- reformulate(grep("^q[0-9]", names(d), value=TRUE))
say("means", svymean(q, des), function(x) c(coef(x)[1:3], SE(x)[1:3]))
by <- say("table", svyby(q, ~region, cal, svymean), function(x) c(coef(x)[1:3], unlist(SE(x)[1,1:3])), times=1)
if (length(a) > 3) {
  bs <- say("make", { set.seed(1); as.svrepdesign(des, type="subbootstrap", replicates=500, compress=FALSE) }, times=1)
  say("on replicates", svymean(q, bs), function(x) SE(x)[1:3], times=1)
}
close(out)
