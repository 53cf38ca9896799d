//! Random scripts: both guests and both searches, reduced or not, find the same on every major.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tickproof::guest::script::Script;
use tickproof::runtime::PROFILES;

use super::draw::{object_scripts, scripts};
use crate::scripts::agree;

/// How many random scripts; more by hand, with another seed for each count.
fn cases() -> u32 {
    std::env::var("TICKPROOF_SCRIPTS").map_or(60, |text| text.parse().expect("a number"))
}

pub(crate) fn law() -> Result<(), String> {
    agree_on(scripts())
}

/// The same of scripts about emitters and streams.
pub(crate) fn law_of_objects() -> Result<(), String> {
    agree_on(object_scripts())
}

fn agree_on(drawn: impl Strategy<Value = Script>) -> Result<(), String> {
    let cases = cases();
    let mut runner = runner(cases, cases);
    let tested = runner.run(&drawn, |script| {
        for rules in &PROFILES {
            match agree(&script, rules) {
                Ok(true) => {}
                Ok(false) => return Err(TestCaseError::reject("too large")),
                Err(what) => return Err(TestCaseError::fail(what)),
            }
        }
        Ok(())
    });
    tested.map_err(|failure| failure.to_string())
}

/// Runs so many cases from a seed of their own.
pub(crate) fn runner(cases: u32, number: u32) -> TestRunner {
    let config = Config {
        cases,
        max_global_rejects: 10 * cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}
